module.exports = require("./a.js");
