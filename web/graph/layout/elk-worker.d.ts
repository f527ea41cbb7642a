/** The script of elkjs that holds the layout itself. */
declare module 'elkjs/lib/elk-worker.min.js' {
  const elk: { readonly Worker: new () => unknown };
  export default elk;
}
