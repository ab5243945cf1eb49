import { linksIn, phonesIn } from "../../../static/kefu/js/thread/contents/text.js";
import assert from "node:assert/strict";

const found = (text) => linksIn(text).map(({ address }) => address);

const CASES = [
  ["https://kefu.cn/abc查看详情", "https://kefu.cn/abc"],
  ["“https://kefu.cn/quoted”后面", "https://kefu.cn/quoted"],
  ["看‘https://kefu.cn/a’。", "https://kefu.cn/a"],
  ["见https://kefu.cn/a，谢谢", "https://kefu.cn/a"],
  ["（https://kefu.cn/a）", "https://kefu.cn/a"],
  ["https://en.wikipedia.org/wiki/Foo_(bar)", "https://en.wikipedia.org/wiki/Foo_(bar)"],
  ["(see https://en.wikipedia.org/wiki/Foo_(bar)).", "https://en.wikipedia.org/wiki/Foo_(bar)"],
  [
    "https://zh.wikipedia.org/wiki/%E7%B4%85_(%E5%BC%B5%E5%9C%8B)",
    "https://zh.wikipedia.org/wiki/%E7%B4%85_(%E5%BC%B5%E5%9C%8B)",
  ],
  ["[https://kefu.cn/a]", "https://kefu.cn/a"],
  ["https://kefu.cn/?a[0]=1", "https://kefu.cn/?a[0]=1"],
  ["https://kefu.cn/?a[]", "https://kefu.cn/?a[]"],
  ["Https://Example.com/x", "Https://Example.com/x"],
  ["HTTP://EXAMPLE.COM!", "HTTP://EXAMPLE.COM"],
  ["www.example.com/shop", "www.example.com/shop"],
  ["看www.example.com/shop。", "www.example.com/shop"],
  ["Www.example.com.", "Www.example.com"],
  ["https://kefu.cn/b,https://kefu.cn/c", "https://kefu.cn/b", "https://kefu.cn/c"],
  ["https://kefu.cn/b;www.example.com", "https://kefu.cn/b", "www.example.com"],
  ["https://kefu.cn/?next=https://kefu.cn/c", "https://kefu.cn/?next=https://kefu.cn/c"],
  ["https://kefu.cn/a,b,c", "https://kefu.cn/a,b,c"],
  ["https://müller.de/käse", "https://müller.de/käse"],
  ["http://localhost:8000/x?y=1#z...", "http://localhost:8000/x?y=1#z"],
  ["https://kefu.cn/a\u200b尾", "https://kefu.cn/a"],
  ["https://kefu.cn/a\u202e", "https://kefu.cn/a"],
  ["https://kefu.cn/a😀", "https://kefu.cn/a"],
  ['"https://kefu.cn/a"', "https://kefu.cn/a"],
  ["<https://kefu.cn/a>", "https://kefu.cn/a"],
];

for (const [text, ...addresses] of CASES) {
  Deno.test(`in ${JSON.stringify(text)} the address is found`, () => assert.deepEqual(found(text), addresses));
}

Deno.test("what only looks like an address is text", () => {
  for (
    const text of ["www.", "www.example", "www...", "awww.example.com", "a@www.example.com", "https://", "https://。"]
  ) {
    assert.deepEqual(found(text), [], text);
  }
});

Deno.test("an address without http leads to the safe one, every other as it is written", () => {
  const [bare, full] = linksIn("www.example.com http://Example.com/x");
  assert.equal(bare.href, "https://www.example.com");
  assert.equal(full.href, "http://Example.com/x");
  assert.equal(bare.at + full.at, 16);
});

Deno.test("phone numbers are found as they are written, and no longer numbers", () => {
  const phones = (text) => phonesIn(text).map(({ address, href }) => `${address} ${href}`);
  assert.deepEqual(phones("打13800138000或 138-0013-8000，+86 138 0013 8000"), [
    "13800138000 tel:13800138000",
    "138-0013-8000 tel:13800138000",
    "+86 138 0013 8000 tel:+8613800138000",
  ]);
  assert.deepEqual(phones("010-87654321 0571-8765432 400-820-8820 8008208820"), [
    "010-87654321 tel:01087654321",
    "0571-8765432 tel:05718765432",
    "400-820-8820 tel:4008208820",
    "8008208820 tel:8008208820",
  ]);
  for (const text of ["2026113000138001380001", "A13800138000", "13800138000x", "1.13800138000", "12345"]) {
    assert.deepEqual(phones(text), [], text);
  }
});

Deno.test("a long text without spaces takes no time", () => {
  const started = performance.now();
  linksIn(`https://kefu.cn/${"(a,".repeat(1300)}`);
  linksIn("www.".repeat(1000));
  assert.ok(performance.now() - started < 200);
});

Deno.test("what is written to hold the page up does not", () => {
  const began = performance.now();
  for (const text of [")", ")]", "()", ",", "."]) for (let n = 0; n < 10; n++) linksIn(`https://a${text.repeat(3990)}`);
  assert.ok(performance.now() - began < 1000);
});
