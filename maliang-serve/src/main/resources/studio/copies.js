/** A program or a command that writes the same. */

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

const literal = (text) => JSON.stringify(text);

export function curl(path, body) {
  return `curl ${location.origin}${path} \\\n  -H 'Content-Type: application/json' \\\n  -d ${quoted(JSON.stringify(body))}`;
}

const DECODING = {
  max_tokens: "MaxTokens",
  temperature: "Temperature",
  top_p: "TopP",
  top_k: "TopK",
  min_p: "MinP",
  repetition_penalty: "RepetitionPenalty",
  presence_penalty: "PresencePenalty",
  frequency_penalty: "FrequencyPenalty",
  n: "Samples",
  seed: "Seed",
};

export function java(model, body) {
  const verse = body.form || body.acrostic;
  const calls = Object.entries(DECODING)
    .filter(([name]) => body[name] !== undefined && !(name === "n" && body.n === 1) && !(verse && name === "max_tokens"))
    .map(([name, method]) => `.with${method}(${body[name]})`);
  if (body.stop?.length) calls.push(`.withStop(List.of(${body.stop.map(literal).join(", ")}))`);
  if (verse) calls.push(".withMaxTokens(model.decoder().config().contextLength())", ".withConstraint(verse.constraint(tokens))");
  const lines = [`try (var model = LanguageModel.load(Path.of(${literal(`models/${model}`)}))) {`];
  if (verse) {
    lines.push(
      `    var verse = Verse.asked(${[body.form ?? "", body.prompt, body.acrostic ?? ""].map(literal).join(", ")});`,
      "    var end = model.decoder().config().eosId().orElseThrow();",
      "    var tokens = VerseTokens.of(model.tokenizer(), end);",
    );
  }
  lines.push(
    `    var options = model.defaults()${calls.map((call) => `\n            ${call}`).join("")};`,
    `    model.generator().write(${verse ? "verse.prompt()" : literal(body.prompt)}, options, (sample, piece) -> System.out.print(piece));`,
    "}",
  );
  return lines.join("\n");
}
