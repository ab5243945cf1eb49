/** The channel's configuration (LoaderConfig in widget/loader/render.py, which puts it into the script that is served). */
export const config = globalThis.CONFIG;
