// Texts that the bundle carries along.

declare module "*.toml" {
  const text: string;
  export default text;
}
declare module "*.md" {
  const text: string;
  export default text;
}
/** Every labelled screen of core/screens with its text, as JSON: put together by build.mjs. */
declare module "virtual:screens" {
  const text: string;
  export default text;
}
