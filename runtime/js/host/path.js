// `require("path")`, as on POSIX.
(function (host) {
  const text = (value, name) => {
    if (typeof value !== "string") {
      host.fail(TypeError, "ERR_INVALID_ARG_TYPE",
        `The "${name}" argument must be of type string. Received ${host.received(value)}`);
    }
    return value;
  };

  // The names of a path without ".", with ".." taken back; those above a relative start are kept.
  function simplify(path, absolute) {
    const out = [];
    for (const name of path.split("/")) {
      if (name === "" || name === ".") continue;
      if (name !== "..") out.push(name);
      else if (out.length > 0 && out[out.length - 1] !== "..") out.pop();
      else if (!absolute) out.push("..");
    }
    return out.join("/");
  }

  const path = {
    sep: "/",
    delimiter: ":",
    resolve(...parts) {
      let whole = "";
      for (let i = parts.length - 1; i >= 0 && whole[0] !== "/"; i--) {
        if (text(parts[i], `paths[${i}]`) !== "") whole = whole === "" ? parts[i] : `${parts[i]}/${whole}`;
      }
      if (whole[0] !== "/") whole = `${host.call("process.cwd")}/${whole}`;
      return `/${simplify(whole, true)}`;
    },
    normalize(given) {
      if (text(given, "path") === "") return ".";
      const absolute = given[0] === "/";
      let out = simplify(given, absolute);
      if (out === "" && !absolute) out = ".";
      if (out !== "" && given.endsWith("/")) out += "/";
      return absolute ? `/${out}` : out;
    },
    isAbsolute: (given) => text(given, "path")[0] === "/",
    join(...parts) {
      const joined = parts.filter((part) => text(part, "path") !== "").join("/");
      return joined === "" ? "." : path.normalize(joined);
    },
    relative(from, to) {
      const start = path.resolve(text(from, "from")).split("/").filter(Boolean);
      const end = path.resolve(text(to, "to")).split("/").filter(Boolean);
      let same = 0;
      while (same < start.length && same < end.length && start[same] === end[same]) same++;
      return [...start.slice(same).map(() => ".."), ...end.slice(same)].join("/");
    },
    toNamespacedPath: (given) => given,
    dirname(given) {
      const name = text(given, "path").replace(/\/+$/, "");
      const slash = name.lastIndexOf("/");
      if (slash > 0) return name.slice(0, slash);
      return slash === 0 || (name === "" && given !== "") ? "/" : ".";
    },
    basename(given, suffix) {
      const name = text(given, "path").replace(/\/+$/, "");
      const last = name.slice(name.lastIndexOf("/") + 1);
      if (suffix === undefined) return last;
      if (text(suffix, "suffix") === given) return "";
      return suffix !== last && last.endsWith(suffix) ? last.slice(0, last.length - suffix.length) : last;
    },
    extname(given) {
      const name = path.basename(text(given, "path"));
      const dot = name.lastIndexOf(".");
      return dot <= 0 || /^\.+$/.test(name.slice(0, dot + 1)) && dot === 1 && name === ".." ? "" : name.slice(dot);
    },
    format({ dir, root = "", base, name = "", ext = "" }) {
      const last = base || name + (ext !== "" && ext[0] !== "." ? `.${ext}` : ext);
      const folder = dir || root;
      return folder === "" ? last : folder === root ? folder + last : `${folder}/${last}`;
    },
    parse(given) {
      const root = text(given, "path")[0] === "/" ? "/" : "";
      const base = path.basename(given);
      const ext = path.extname(base);
      const cut = given.replace(/\/+$/, "");
      const slash = cut.lastIndexOf("/");
      const dir = slash > 0 ? cut.slice(0, slash) : slash === 0 || cut === "" && root !== "" ? "/" : "";
      return { root, dir, base, ext, name: ext === "" ? base : base.slice(0, base.length - ext.length) };
    },
    win32: null,
  };
  path.posix = path;
  host.path = path;
})
