/** The channel's configuration: LoaderConfig of widget/loader/render.py, which puts the values in this module's place. */
export const config = globalThis.CONFIG;
