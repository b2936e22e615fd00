// The peer: the script with node's inspector on and a breakpoint set.
const inspector = require("inspector");
const [script, line, count] = process.argv.slice(2);
const session = new inspector.Session();
session.connect();
session.post("Debugger.enable");
session.post("Debugger.setBreakpointByUrl", { urlRegex: ".*" + script.replace(/[^a-z]/g, "."), lineNumber: line - 1 });
process.argv = [process.argv[0], script, count];
require(script);
