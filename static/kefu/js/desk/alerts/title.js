/**
 * Owns the tab's title and icon: the number of unread messages, and the last news of a hidden page. Changed by events,
 * not by a timer: timers of hidden tabs run once a minute.
 *
 *   const title = createTitle({ link, t });  title.unread(n), title.news(text), title.clear()
 *   install(desk)                 desk.title
 */
import { $ } from "../../base/page.js";

const SIZE = 32;

export function createTitle({ link, t }) {
  const plain = document.title, plainIcon = link.href;
  let count = 0, news = "";

  function paint() {
    const counted = count ? `(${count}) ${plain}` : plain;
    document.title = news && document.hidden ? t("title_news", { what: news, title: counted }) : counted;
  }

  function draw(image) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIZE;
    const brush = canvas.getContext("2d");
    brush.drawImage(image, 0, 0, SIZE, SIZE);
    brush.fillStyle = "#b3261e";
    brush.beginPath();
    brush.arc(SIZE - 10, 10, 10, 0, 2 * Math.PI);
    brush.fill();
    brush.fillStyle = "#ffffff";
    brush.font = "bold 14px sans-serif";
    brush.textAlign = "center";
    brush.fillText(count > 9 ? "9+" : String(count), SIZE - 10, 15);
    return canvas.toDataURL("image/png");
  }

  function badge() {
    if (!count) {
      link.href = plainIcon;
      return;
    }
    const image = new Image();
    image.onload = () => count && (link.href = draw(image));
    image.src = plainIcon;
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) news = "";
    paint();
  });

  return {
    unread(next) {
      if (next === count) return;
      count = next;
      if (!count) news = "";
      paint();
      badge();
    },
    news(text) {
      news = text;
      paint();
    },
    clear() {
      count = 0;
      news = "";
      paint();
      badge();
    },
  };
}

export function install(desk) {
  desk.title = createTitle({ link: $("#favicon"), t: desk.t });
  desk.on("signed_out", desk.title.clear);
}
