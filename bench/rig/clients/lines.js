/** Bytes in, lines out. */
export class TextLineStream extends TransformStream {
  constructor() {
    const decoder = new TextDecoder();
    let rest = "";
    super({
      transform(chunk, controller) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
        rest = lines.pop();
        lines.filter(Boolean).forEach((line) => controller.enqueue(line));
      },
    });
  }
}
