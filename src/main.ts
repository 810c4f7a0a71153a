#!/usr/bin/env node
// Entry of the `tollgate` command: hands the arguments to the command line and its result to the system.
import { runCommandLine } from './cli/command-line.ts';

process.exitCode = await runCommandLine(process.argv.slice(2));
