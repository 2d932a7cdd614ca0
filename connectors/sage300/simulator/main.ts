/** The simulated Sage 300 as a program: `node connectors/sage300/simulator/main.ts [--port N] [--control-port N] …` */
import { runProgram } from '../../../test/servers/program.ts';
import { startSage300 } from './start.ts';

await runProgram(startSage300);
