import { splitArguments } from "../../../tools/pulumi-cli/language-host/arguments";

test.each<[string, string[]]>([
  ["", []],
  ["  ", []],
  ["--inspect  --trace-gc", ["--inspect", "--trace-gc"]],
  [`--title="a b" --x='c "d"'`, ["--title=a b", '--x=c "d"']],
  [`a\\ b "c\\"d" 'e\\f'`, ["a b", 'c"d', "e\\f"]],
  [`"" ''`, ["", ""]],
])("splits %j", (line, expected) => {
  expect(splitArguments(line)).toEqual(expected);
});

test("refuses an open quote", () => {
  expect(() => splitArguments(`--title="a b`)).toThrow("is not closed");
});
