using System.Text;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;
using Foreman.Operator.Tests.Hosting;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Scenarios;

/// <summary>
/// Whole runs by the real programs, with every secret that a run can have: the key of a cloud proxy, a header of an MCP server, the token of
/// the host, a variable of both programs. None of them may be found in anything that runs leave behind or send.
/// </summary>
public sealed class CanaryRunTests
{
    private const string Key = "canary-of-the-key-8d02";
    private const string Header = "canary-of-the-header-41ce";
    private const string Variable = "canary-of-the-environment-93af";

    [Fact]
    public async Task A2_59_No_secret_of_a_run_is_in_any_output_of_it()
    {
        await using var server = await LlamaServer.StartAsync("--api-key", Key);
        using var web = HeaderServer();
        await using var receiver = OtlpReceiver.Start();
        await using var cluster = await EmbeddedDevCluster.StartAsync();
        await ForemanDefinitions.InstallAsync(cluster);
        using var folder = new TempFolder();
        using var client = new KubernetesClient(KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.AdminKubeconfigPath));
        var space = await cluster.NewNamespaceAsync();
        await SetUpAsync(client, space, server, web);
        var environment = new Dictionary<string, string?>(receiver.Environment) { ["FOREMAN_TEST_TOKEN"] = Variable, ["OPENAI_API_KEY"] = Variable };
        await using var daemon = Canaries.StartOperator(cluster, space, folder, environment);
        await using var host = await AgentHost.StartAsync(cluster, space, space, Canaries.Node, environment);

        var tasks = new List<AgenticTask>();
        foreach (var (name, prompt) in Prompts)
        {
            await CreateAsync(client, space, name, prompt);
            tasks.Add(await Canaries.EndOfAsync(client, space, name, () => $"{daemon.Output}\n{host.Process.Output}"));
        }

        Assert.All(tasks, t => Assert.Equal((TaskPhase.Succeeded, Verdict.Go), (t.Status.Phase, t.Status.Verdict)));
        Assert.Contains(web.Requests, r => r.GetValueOrDefault("Authorization") == $"Bearer {Header}");
        await Eventually.TrueAsync(() => receiver.HasReceived("/v1/traces", "invoke_agent") && receiver.HasReceived("/v1/metrics", "gen_ai.client.token.usage"), "telemetry of the runs");
        _ = await Eventually.GetAsync(() => client.TryReadAsync<V1ConfigMap>(Labels.TranscriptConfigMap("by-header"), space), "the digest of the last run");

        // What they say at their end counts too, and their files are not locked any more.
        await host.Process.StopAsync();
        await daemon.StopAsync();
        var places = await Canaries.PlacesAsync(client, space, daemon, host, new CanaryMarks
        {
            Task = "by-command",
            Result = "by-header",
            Agent = "cloud-proxy",
            Transcript = "PLAIN_SETTING=seen",
            Audit = "\"tool\":\"bash\"",
            Workspaces = "by-command-1",
            RunLogs = "[credential]",
            Digest = "mcp__web__echo",
        });
        Canaries.HoldNone(places, receiver, [Key, Header, Variable, client.Configuration.AccessToken!]);
    }

    // Each run has the key, the header, bash and both MCP servers; the goals are those of the tiny model.
    private static IReadOnlyList<(string Name, string Prompt)> Prompts =>
    [
        ("by-command", "Run the command: env"),
        ("by-program", "Call the tool mcp__local__run with the text: env"),
        ("by-header", "Call the tool mcp__web__echo with the text: hello"),
    ];

    // It asks for its header, and repeats it in an answer, as a careless server would.
    private static McpHttpServer HeaderServer() => new()
    {
        Tools = _ => new JsonObject { ["tools"] = new JsonArray(McpHttpServer.Tool("echo")) },
        Call = _ => McpHttpServer.Text($"you said Bearer {Header}, token {Header}"),
        Intercept = context =>
        {
            if (context.Request.Headers["Authorization"] == $"Bearer {Header}")
            {
                return false;
            }

            context.Response.StatusCode = 401;
            context.Response.Close();
            return true;
        },
    };

    private static async Task SetUpAsync(KubernetesClient client, string space, LlamaServer server, McpHttpServer web)
    {
        await SecretAsync(client, space, "key", Key);
        await SecretAsync(client, space, "header", $"Bearer {Header}");
        await client.CreateAsync(new Agent
        {
            Metadata = new V1ObjectMeta { Name = "all", NamespaceProperty = space },
            Spec = BuiltInAgent.Spec with
            {
                Tools = [KnownTools.ReadFile, KnownTools.WriteFile, KnownTools.Bash, KnownTools.SubmitResult],
                Provider = AgentProvider.CloudProxy,
                ProviderConfig = new ProviderConfig { BaseURL = server.Url, Model = server.ModelName, ApiKeySecretRef = new SecretKeySelector { Name = "key", Key = "value" } },
                Mcp = new AgentMcp
                {
                    Enabled = true,
                    Servers =
                    [
                        new McpServer
                        {
                            Name = "web",
                            Transport = McpTransport.Http,
                            Url = web.Url,
                            Headers = [new McpHeader { Name = "Authorization", ValueFrom = new SecretKeySelector { Name = "header", Key = "value" } }],
                        },
                        new McpServer
                        {
                            Name = "local",
                            Transport = McpTransport.Stdio,
                            Command = CommandMcpServer.Program,
                            Args = CommandMcpServer.Arguments,
                            Env = [new McpVariable { Name = "PLAIN_SETTING", Value = "seen" }],
                        },
                    ],
                },
            },
        });
    }

    private static Task<V1Secret> SecretAsync(KubernetesClient client, string space, string name, string value) => client.CreateAsync(new V1Secret
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = space },
        Data = new Dictionary<string, byte[]> { ["value"] = Encoding.UTF8.GetBytes(value) },
    });

    private static Task<AgenticTask> CreateAsync(KubernetesClient client, string space, string name, string prompt) => client.CreateAsync(new AgenticTask
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = space },
        Spec = new AgenticTaskSpec { Kind = TaskKind.Freeform, AgentRef = new LocalObjectReference { Name = "all" }, Payload = new TaskPayload { Prompt = prompt } },
    });
}
