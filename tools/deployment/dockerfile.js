// @ts-check
const fs = require('node:fs');
const path = require('node:path');
const { DockerfileParser, Cmd, Copy, Entrypoint, Env, From, Healthcheck } = require('dockerfile-ast');
const paths = require('../paths');

/**
 * A stage of a Dockerfile.
 * @typedef {object} Stage
 * @property {string} name empty for one without a name
 * @property {string} image what it is made from: an image with its tag, or an earlier stage
 * @property {{ keyword: string, text: string }[]} instructions all of them, verbatim
 * @property {{ from: string | undefined, sources: string[], target: string }[]} copies
 * @property {Record<string, string>} env
 * @property {string | undefined} user
 * @property {string[]} ports
 * @property {string[]} volumes
 * @property {string[] | undefined} entrypoint undefined where there is none
 * @property {string[] | undefined} command undefined where there is none, or where it is a line for a shell
 * @property {string[] | undefined} healthCheck likewise
 */

/**
 * @param {string} service
 * @returns {Stage[]} in their order; the last one is what the image is
 */
function stagesOf(service) {
  return readDockerfile(fs.readFileSync(path.join(paths.root, 'docker', service, 'Dockerfile'), 'utf8'));
}

/**
 * A stage by its name, or the last one, which is what the image is.
 * @param {string} service
 * @param {string} [name]
 * @returns {Stage}
 */
function stageOf(service, name) {
  const stages = stagesOf(service);
  const stage = name === undefined ? stages.at(-1) : stages.find((one) => one.name === name);
  if (!stage) throw new Error(`docker/${service}/Dockerfile has no stage ${name}.`);
  return stage;
}

/**
 * @param {string} text
 * @returns {Stage[]}
 */
function readDockerfile(text) {
  /** @type {Stage[]} */
  const stages = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction instanceof From) stages.push(emptyStage(instruction));
    const stage = stages.at(-1);
    if (!stage) continue;
    const words = instruction.getArguments().map((argument) => argument.getValue());
    stage.instructions.push({
      keyword: instruction.getKeyword(),
      text: instruction.getArgumentsContent() ?? '',
    });
    if (instruction instanceof Copy) {
      const from = instruction.getFromFlag()?.getValue() ?? undefined;
      stage.copies.push({ from, sources: words.slice(0, -1), target: words.at(-1) ?? '' });
    }
    if (instruction instanceof Env)
      for (const property of instruction.getProperties())
        stage.env[property.getName()] = property.getValue() ?? '';
    if (instruction.getKeyword() === 'USER') stage.user = words[0];
    if (instruction.getKeyword() === 'EXPOSE') stage.ports.push(...words);
    if (instruction.getKeyword() === 'VOLUME') stage.volumes.push(...words);
    if (instruction instanceof Cmd) stage.command = jsonOf(instruction);
    if (instruction instanceof Entrypoint) stage.entrypoint = jsonOf(instruction);
    if (instruction instanceof Healthcheck) stage.healthCheck = healthCheckOf(instruction);
  }
  return stages;
}

/**
 * @param {From} from
 * @returns {Stage}
 */
function emptyStage(from) {
  return {
    name: from.getBuildStage() ?? '',
    image: from.getImage() ?? '',
    instructions: [],
    copies: [],
    env: {},
    user: undefined,
    ports: [],
    volumes: [],
    entrypoint: undefined,
    command: undefined,
    healthCheck: undefined,
  };
}

/** @param {Cmd | Entrypoint} instruction */
function jsonOf(instruction) {
  if (!instruction.getOpeningBracket()) return undefined;
  return instruction.getJSONStrings().map((string) => string.getJSONValue());
}

/** @param {Healthcheck} instruction */
function healthCheckOf(instruction) {
  const command = /CMD\s+(\[.*\])\s*$/s.exec(instruction.getArgumentsContent() ?? '')?.[1];
  return command === undefined ? undefined : /** @type {string[]} */ (JSON.parse(command));
}

module.exports = { stagesOf, stageOf, readDockerfile };
