/** The simulated shop as a program: `node connectors/magento/simulator/main.ts [--port N] [--control-port N] …` */
import { runProgram } from '../../../test/servers/program.ts';
import { startMagento } from './start.ts';

await runProgram(startMagento);
