//! Tells Zed how to reach llmspell: a launch starts `llmspell dap`, an attach connects to `llmspell run --inspect`.

use zed_extension_api::{
    self as zed, serde_json, DebugAdapterBinary, DebugConfig, DebugRequest, DebugScenario,
    DebugTaskDefinition, StartDebuggingRequestArguments, StartDebuggingRequestArgumentsRequest,
    TcpArgumentsTemplate, Worktree,
};

const NAME: &str = "llmspell";
const LOOPBACK: u32 = 0x7f00_0001;
const PORT: u16 = 4711;

struct Llmspell;

impl zed::Extension for Llmspell {
    fn new() -> Self {
        Llmspell
    }

    fn get_dap_binary(
        &mut self,
        _name: String,
        task: DebugTaskDefinition,
        user_path: Option<String>,
        worktree: &Worktree,
    ) -> Result<DebugAdapterBinary, String> {
        let configuration = serde_json::from_str(&task.config).map_err(|error| error.to_string())?;
        let request = request_of(&configuration)?;
        let request_args = StartDebuggingRequestArguments { configuration: task.config, request };
        if matches!(request, StartDebuggingRequestArgumentsRequest::Attach) {
            let given = task.tcp_connection;
            let (host, port, timeout) =
                given.map_or((None, None, None), |one| (one.host, one.port, one.timeout));
            let template = TcpArgumentsTemplate {
                host: Some(host.unwrap_or(LOOPBACK)),
                port: Some(port.unwrap_or(PORT)),
                timeout,
            };
            return Ok(DebugAdapterBinary {
                command: None,
                arguments: vec![],
                envs: vec![],
                cwd: None,
                connection: Some(zed::resolve_tcp_template(template)?),
                request_args,
            });
        }
        let command = user_path
            .or_else(|| worktree.which(NAME))
            .ok_or("llmspell is not on the path; the setting dap.llmspell.binary names it")?;
        Ok(DebugAdapterBinary {
            command: Some(command),
            arguments: vec!["dap".into()],
            envs: worktree.shell_env(),
            cwd: Some(worktree.root_path()),
            connection: None,
            request_args,
        })
    }

    fn dap_request_kind(
        &mut self,
        _name: String,
        configuration: serde_json::Value,
    ) -> Result<StartDebuggingRequestArgumentsRequest, String> {
        request_of(&configuration)
    }

    fn dap_config_to_scenario(&mut self, asked: DebugConfig) -> Result<DebugScenario, String> {
        let DebugRequest::Launch(launch) = asked.request else {
            return Err("llmspell attaches to a port, not to a process: write it into debug.json".into());
        };
        let env: serde_json::Map<_, _> =
            launch.envs.into_iter().map(|(name, value)| (name, value.into())).collect();
        let configuration = serde_json::json!({
            "request": "launch",
            "program": launch.program,
            "args": launch.args,
            "cwd": launch.cwd,
            "env": env,
            "stopOnEntry": asked.stop_on_entry,
        });
        Ok(DebugScenario {
            label: asked.label,
            adapter: asked.adapter,
            build: None,
            config: configuration.to_string(),
            tcp_connection: None,
        })
    }
}

fn request_of(
    configuration: &serde_json::Value,
) -> Result<StartDebuggingRequestArgumentsRequest, String> {
    match configuration["request"].as_str() {
        Some("launch") => Ok(StartDebuggingRequestArgumentsRequest::Launch),
        Some("attach") => Ok(StartDebuggingRequestArgumentsRequest::Attach),
        _ => Err("`request` is launch or attach".into()),
    }
}

zed::register_extension!(Llmspell);
