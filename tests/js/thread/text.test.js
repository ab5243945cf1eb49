import { linksIn } from "../../../static/kefu/js/thread/contents/text.js";
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

Deno.test("a long text without spaces takes no time", () => {
  const started = performance.now();
  linksIn(`https://kefu.cn/${"(a,".repeat(1300)}`);
  linksIn("www.".repeat(1000));
  assert.ok(performance.now() - started < 200);
});
