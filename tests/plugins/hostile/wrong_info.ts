/** Says odd things of itself. */
export default {
  get name(): unknown {
    return { toString: () => "odd" };
  },
  permissions: { ffi: true },
  filter: "not a function",
};
