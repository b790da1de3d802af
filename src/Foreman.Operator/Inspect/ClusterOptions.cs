using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Foreman.Hosting;
using Foreman.Kubernetes;
using Foreman.Operator.Cli;
using Foreman.Operator.Live;
using Foreman.Primitives;
using Foreman.Scheduling;

namespace Foreman.Operator.Inspect;

/// <summary>Form of what a command prints.</summary>
internal enum OutputForm
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One line of JSON.</summary>
    Json,

    /// <summary>YAML.</summary>
    Yaml,
}

/// <summary>What the commands have in common that look at a cluster: which one, and how they print.</summary>
internal sealed class ClusterOptions
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Option<string?> _kubeconfig = new("--kubeconfig") { HelpName = "FILE" };
    private readonly Option<string?> _context = new("--kube-context") { Description = "Context in the kubeconfig. Default: its current one", HelpName = "NAME" };
    private readonly Option<string?> _output = new("--output", "-o") { Description = "text, json or yaml [default: text]", HelpName = "text|json|yaml" };
    private readonly Option<string?> _override = new("--inference-base-url-override") { Description = "As the operator was started with it", HelpName = "URL" };
    private readonly Option<int?> _serverTasks = new("--model-server-tasks") { Description = "As the operator was started with it", HelpName = "NUMBER" };
    private readonly Option<string?> _urls = new("--input-url-allow") { Description = "As the operator was started with it", HelpName = "URL,…" };
    private readonly Option<string?> _space = new("--foreman-namespace") { Description = "Namespace of the operator, where its quotas are [default: foreman-system]", HelpName = "NAME" };
    private readonly Option<bool?> _cloud = new("--allow-cloud-providers") { Description = "As the operator was started with it [default: true]", HelpName = "true|false" };

    /// <param name="rights">What the identity needs, such as <c>list FleetNodes</c>.</param>
    public ClusterOptions(string rights) => _kubeconfig.Description = $"Kubeconfig of somebody who may {rights}. Default: what kubectl would use";

    /// <summary>Adds the options to a command that prints what it reads in a cluster.</summary>
    /// <param name="command">The command.</param>
    /// <param name="decides">True for a command that decides as the operator does, and so needs its settings.</param>
    public void AddTo(Command command, bool decides)
    {
        if (decides)
        {
            AddSettingsTo(command);
            AddSpaceTo(command);
        }
        else
        {
            command.Options.Add(_output);
        }

        AddClusterTo(command);
    }

    /// <summary>Adds only those of the operator's settings and of the form.</summary>
    public void AddSettingsTo(Command command)
    {
        command.Options.Add(_output);
        command.Options.Add(_override);
        command.Options.Add(_serverTasks);
        command.Options.Add(_cloud);
        command.Options.Add(_urls);
    }

    /// <summary>Adds only the one that says where the operator's quotas are.</summary>
    public void AddSpaceTo(Command command) => command.Options.Add(_space);

    /// <summary>Adds only those that say which cluster.</summary>
    public void AddClusterTo(Command command)
    {
        command.Options.Add(_kubeconfig);
        command.Options.Add(_context);
    }

    /// <summary>The form that is asked for.</summary>
    /// <exception cref="ExitException">The word is unknown.</exception>
    public OutputForm FormOf(ParseResult parsed) => parsed.GetValue(_output) switch
    {
        null or "text" => OutputForm.Text,
        "json" => OutputForm.Json,
        "yaml" => OutputForm.Yaml,
        var other => throw UsageError.Invalid("--output", other, "text, json or yaml"),
    };

    /// <summary>The settings of the operator that decisions depend on.</summary>
    public SchedulerSettings SettingsOf(ParseResult parsed) => new()
    {
        ForemanNamespace = parsed.GetValue(_space) ?? RunFlags.ForemanNamespace.Default,
        InferenceBaseUrlOverride = parsed.GetValue(_override),
        TasksPerServer = parsed.GetValue(_serverTasks) is > 0 and var most ? most : null,
        AllowCloudProviders = parsed.GetValue(_cloud) ?? true,
        InputUrlAllow = UrlAllowList.Of(
        [
            .. (parsed.GetValue(_urls) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(text => UrlAllowList.ParsePrefix(text) ?? throw UsageError.Invalid("--input-url-allow", text, "a URL without login, query and fragment, for example https://files.example.com/data/")),
        ]),
    };

    /// <summary>Calls the API server of the cluster.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="work">Is given a client, the namespace of the kubeconfig's context, and what a signal cancels.</param>
    /// <returns>What the work returns; <see cref="ExitCodes.Interrupted"/> when a signal ended it.</returns>
    /// <exception cref="ExitException">The kubeconfig can't be used.</exception>
    public async Task<int> CallAsync(ParseResult parsed, Func<IKubernetes, string, CancellationToken, Task<int>> work)
    {
        using var signals = StopSignals.Listen(PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP);
        KubernetesClientConfiguration configuration;
        try
        {
            configuration = parsed.GetValue(_kubeconfig) is { } path
                ? KubernetesClientConfiguration.BuildConfigFromConfigFile(path, parsed.GetValue(_context))
                : KubernetesClientConfiguration.BuildDefaultConfig(parsed.GetValue(_context));
        }
        catch (KubeConfigException e)
        {
            throw new ExitException(ExitCodes.Usage, e.Message, e);
        }

        using var client = new KubernetesClient(configuration with { UserAgent = "foreman-operator", EnvironmentProxy = EnvironmentProxy.OfProcess });
        try
        {
            return await work(client, configuration.Namespace ?? "default", signals.Stop);
        }
        catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>Prints in the form that is asked for.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="form">The form.</param>
    /// <param name="lines">For people.</param>
    /// <param name="json">For programs.</param>
    public static async Task PrintAsync(ConsoleStreams console, OutputForm form, Func<IEnumerable<EndLine>> lines, Func<JsonNode> json)
    {
        switch (form)
        {
            case OutputForm.Json:
                await console.Out.WriteLineAsync(json().ToJsonString(Relaxed));
                break;
            case OutputForm.Yaml:
                await console.Out.WriteAsync(JsonToYaml.Convert(json()));
                break;
            default:
                await LineWriter.WriteAsync(console, lines());
                break;
        }

        await console.Out.FlushAsync(CancellationToken.None);
    }
}
