// `require("fs")`, for reading only. What it may read, Python decides.
(function (host) {
  const { encoding } = host;

  // What is read without an encoding: bytes that know how to become text.
  class Bytes extends Uint8Array {
    toString(name = "utf8", start = 0, end = this.length) {
      return textOf(this.subarray(start, end), name);
    }
    toJSON() {
      return { type: "Buffer", data: [...this] };
    }
    equals(other) {
      return this.length === other.length && this.every((byte, i) => byte === other[i]);
    }
  }
  Object.defineProperty(Bytes, "name", { value: "Buffer" });

  function textOf(bytes, name) {
    switch (`${name}`.toLowerCase()) {
      case "utf8": case "utf-8": return new encoding.TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
      case "utf16le": case "utf-16le": case "ucs2": return new encoding.TextDecoder("utf-16le", { ignoreBOM: true }).decode(bytes);
      case "latin1": case "binary": return encoding.decodeBytes(bytes);
      case "ascii": return encoding.decodeBytes(bytes.map((byte) => byte & 127));
      case "base64": return encoding.toBase64((i) => bytes[i], bytes.length);
      case "hex": return Array.from(bytes, (byte) => (byte < 16 ? "0" : "") + byte.toString(16)).join("");
      default: return host.fail(TypeError, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${name}`);
    }
  }
  host.textOf = textOf;
  host.bytesFromBase64 = (text) => Bytes.from(encoding.fromBase64(text.replace(/=+$/, "")));

  function pathOf(path) {
    if (path instanceof host.global.URL) return decodeURIComponent(path.pathname);
    if (path instanceof Uint8Array) return textOf(path, "utf8");
    if (typeof path !== "string") {
      host.fail(TypeError, "ERR_INVALID_ARG_TYPE", 'The "path" argument must be of type string or an instance of Buffer or URL. ' +
        `Received ${host.received(path)}`);
    }
    return path;
  }

  function call(name, path) {
    try {
      return host.call(`fs.${name}`, path);
    } catch (error) {
      const told = new Error(error.message);
      Object.assign(told, { errno: ERRNO[error.code], code: error.code, syscall: SYSCALLS[name], path });
      throw told;
    }
  }
  const ERRNO = { ENOENT: -2, EACCES: -13, EISDIR: -21, ENOTDIR: -20, EROFS: -30, ELOOP: -40, EPERM: -1 };
  const SYSCALLS = { read: "open", list: "scandir", stat: "stat", lstat: "lstat", realpath: "realpath" };
  const encodingOf = (options) => (typeof options === "string" ? options : options?.encoding);

  class Stats {
    constructor(found) {
      Object.defineProperty(this, "_kind", { value: found.kind, enumerable: false });
      for (const name of ["mode", "size", "mtimeMs", "atimeMs", "ctimeMs", "birthtimeMs"]) this[name] = found[name];
      for (const name of ["mtime", "atime", "ctime", "birthtime"]) this[name] = new Date(found[`${name}Ms`]);
    }
    isFile() { return this._kind === "file"; }
    isDirectory() { return this._kind === "directory"; }
    isSymbolicLink() { return this._kind === "link"; }
    isBlockDevice() { return false; }
    isCharacterDevice() { return this._kind === "device"; }
    isFIFO() { return this._kind === "fifo"; }
    isSocket() { return this._kind === "socket"; }
  }
  class Dirent extends Stats {
    constructor(name, kind, folder) {
      super({ kind });
      for (const key of Object.keys(this)) delete this[key];
      Object.assign(this, { name, parentPath: folder, path: folder });
    }
  }

  const sync = {
    readFileSync(path, options) {
      const bytes = host.bytesFromBase64(call("read", pathOf(path)));
      const name = encodingOf(options);
      return name === undefined || name === null || name === "buffer" ? bytes : textOf(bytes, name);
    },
    existsSync(path) {
      try {
        return host.call("fs.exists", pathOf(path));
      } catch {
        return false;
      }
    },
    readdirSync(path, options) {
      const folder = pathOf(path);
      const found = call("list", folder);
      return options?.withFileTypes ? found.map(([name, kind]) => new Dirent(name, kind, folder)) : found.map(([name]) => name);
    },
    statSync(path, options) { return stat("stat", path, options); },
    lstatSync(path, options) { return stat("lstat", path, options); },
    realpathSync: (path) => call("realpath", pathOf(path)),
    accessSync(path, mode = 0) {
      call("stat", pathOf(path));
      if (mode & 2) readOnly("access")(path);
    },
  };
  function stat(name, path, options) {
    try {
      return new Stats(call(name, pathOf(path)));
    } catch (error) {
      if (options?.throwIfNoEntry === false && error.code === "ENOENT") return undefined;
      throw error;
    }
  }
  const readOnly = (name) => function (path) {
    const error = new Error(`EROFS: read-only file system for scripts, ${name} '${path}'`);
    Object.assign(error, { errno: ERRNO.EROFS, code: "EROFS", syscall: name, path });
    throw error;
  };

  const fs = { ...sync, promises: {}, Stats, Dirent };
  fs.constants = { F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1 };
  fs.promises.constants = fs.constants;
  for (const name of Object.keys(sync)) {
    const plain = name.slice(0, -4);
    if (plain !== "exists") fs.promises[plain] = async (...args) => sync[name](...args);
    fs[plain] = (...args) => {
      const done = args.pop();
      host.expectFunction(done, "cb");
      let error = null;
      let result;
      try {
        result = sync[name](...args);
      } catch (failure) {
        error = failure;
      }
      host.global.setImmediate(() => (plain === "exists" ? done(result) : error ? done(error) : done(null, result)));
    };
  }
  for (const name of ["writeFile", "appendFile", "mkdir", "rm", "rmdir", "unlink", "rename", "copyFile", "open", "truncate"]) {
    const refuse = readOnly(name === "writeFile" || name === "appendFile" ? "open" : name);
    fs[`${name}Sync`] = refuse;
    fs.promises[name] = async (path) => refuse(path);
    fs[name] = (path, ...rest) => {
      const done = rest.pop();
      fs.promises[name](path).catch((error) => done(error));
    };
  }
  host.fs = fs;
  host.Bytes = Bytes;
})
