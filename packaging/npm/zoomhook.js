#!/usr/bin/env node
// Starts the program, which is in the package for this platform. npm installs that package as an optional dependency.
"use strict";

const { spawn } = require("node:child_process");
const { constants } = require("node:os");

const { version, optionalDependencies } = require("./package.json");

/** The package that has the program for this platform. */
const platform = `@zoomhook/${process.platform}-${process.arch}`;

/** The path of the program, or undefined if its package is not installed. */
function findProgram() {
  const file = process.platform === "win32" ? "zoomhook.exe" : "zoomhook";
  try {
    return require.resolve(`${platform}/bin/${file}`);
  } catch {
    return undefined;
  }
}

/** Why there is no program, and what to do. */
function whyMissing() {
  const fromSource = "With Rust, you can build it from the source: cargo install zoomhook";
  if (!(platform in optionalDependencies)) {
    return [`zoomhook ${version} has no npm package for ${process.platform} on ${process.arch}`, fromSource];
  }
  const usesMusl = process.platform === "linux" && !process.report.getReport().header.glibcVersionRuntime;
  if (usesMusl) {
    return [`${platform} needs glibc, and this system has another C library (Alpine, for example)`, fromSource];
  }
  return [
    `the package ${platform}, which has the program for this platform, is not installed`,
    "npm leaves it out with --omit=optional (or --no-optional), and if node_modules or the lockfile comes from another platform.",
    `Install it: npm install zoomhook@${version} --include=optional --force`,
  ];
}

function fail(lines) {
  const [first, ...hints] = lines;
  process.stderr.write(`error: ${first}\n${hints.map((hint) => `  ${hint}\n`).join("")}`);
  process.exit(1);
}

/** Runs the program as a child, with the same streams, signals and exit code. */
function runAsChild(program, args) {
  const child = spawn(program, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGQUIT", "SIGHUP", "SIGTERM"]) {
    // A terminal sends it to the program, too, and so does Windows. A second one would end the program at once.
    const reachesProgram = process.platform === "win32" || (process.stdin.isTTY && signal !== "SIGTERM");
    process.on(signal, () => reachesProgram || child.kill(signal));
  }
  child.on("error", (error) => fail([`${program} cannot be started: ${error.message}`]));
  child.on("exit", (code, signal) => {
    // As shells report it: 128 plus the number of the signal.
    process.exit(signal ? 128 + constants.signals[signal] : code);
  });
}

function main() {
  const program = findProgram();
  if (program === undefined) fail(whyMissing());
  const args = process.argv.slice(2);
  if (process.platform !== "win32" && process.execve) {
    // Newer versions of Node: the program replaces this process, so that signals reach it directly.
    process.execve(program, [program, ...args], process.env);
  }
  runAsChild(program, args);
}

main();
