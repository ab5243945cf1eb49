/**
 * The colleagues as the server has them: what is told of their states and loads has no number, so while somebody looks at
 * them they are asked for with each digest.
 *
 *   install(desk)                 desk.team
 *   desk.team.isLookedAt(isShown) isShown() says whether one of their lists is on the screen
 *   desk.team.ask()               → Promise<{ groups: agent → names }>; the model has all colleagues then
 *   desk.team.look()              the same, and no matter whether it succeeds
 */
export function install(desk) {
  const { model, server } = desk, shown = [];

  async function ask() {
    const answer = await server.colleagues();
    if (answer.colleagues) desk.refresh(model.team(answer.colleagues));
    return answer;
  }

  const look = () => ask().catch((error) => console.info("the colleagues are asked for with the next digest", error));

  desk.on("digest", () => shown.some((isShown) => isShown()) && look());
  desk.team = { isLookedAt: (isShown) => shown.push(isShown), ask, look };
}
