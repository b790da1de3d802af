using Foreman.Api;
using Foreman.Probes;
using Foreman.Runner;

namespace Foreman.Agent.Cli;

/// <summary>Reads the flags into settings. All faults are recorded, so that one run tells all of them.</summary>
internal static class SettingsReader
{
    public static AgentSettings Read(FlagValues values, Func<string, string?> environment)
    {
        var home = environment("HOME") is { Length: > 0 } h ? h : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new AgentSettings
        {
            Cluster = new ClusterSettings(
                values.Text(Flags.Kubeconfig),
                values.Text(Flags.KubeContext),
                values.Text(Flags.ForemanNamespace) ?? Flags.ForemanNamespace.Default,
                values.Duration(Flags.StartTimeout, TimeSpan.Zero)),
            Node = Node(values),
            Runs = Runs(values, environment, home),
            Probe = Probe(values),
            Declared = Declared(values),
            Verbose = values.Switch(Flags.Verbose),
            Warnings = [.. Flags.All
                .Where(flag => flag.NoEffect is not null)
                .Select(flag => (Flag: flag, Value: values.Of(flag)))
                .Where(f => f.Value.Origin is not null && f.Value.Text != f.Flag.Default)
                .Select(f => $"{f.Value.Origin} has no effect: {f.Flag.NoEffect}")],
        };
    }

    private static NodeSettings Node(FlagValues values)
    {
        var name = values.Text(Flags.FleetNodeName);
        if (name is not null && !NodeNames.IsValid(name))
        {
            name = values.Fault(values.Of(Flags.FleetNodeName), "lower-case letters, digits, dashes and dots, at most 253 characters", "invalid");
        }

        var namespaces = values.List(Flags.TaskNamespace);
        return new NodeSettings
        {
            Name = name ?? NodeNames.Sanitise(Environment.MachineName),
            TailscaleAddr = values.Text(Flags.TailscaleAddr),
            Roles = values.List(Flags.Roles),
            Labels = Labels(values),
            TaskNamespaces = namespaces.Contains("*") ? [] : namespaces,
            HeartbeatInterval = values.Duration(Flags.HeartbeatInterval, TimeSpan.FromSeconds(1)),
        };
    }

    private static Dictionary<string, string> Labels(FlagValues values)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in values.List(Flags.NodeLabels))
        {
            if (entry.Split('=') is [{ Length: > 0 } key, var value])
            {
                labels[key] = value;
            }
            else
            {
                values.Fault(new FlagValue(entry, values.Of(Flags.NodeLabels).Origin), "key=value", 0);
            }
        }

        // The scheduler asks no model of a host that runs no loop.
        if (values.Of(Flags.AgentMode).Text == "stub")
        {
            labels[Foreman.Api.Labels.AgentMode] = "stub";
        }

        return labels;
    }

    private static RunSettings Runs(FlagValues values, Func<string, string?> environment, string home)
    {
        var state = environment("XDG_STATE_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(home, ".local", "state");
        var mode = values.Word(Flags.AgentMode, "native", "stub");
        return new RunSettings
        {
            Mode = mode == "stub" ? RunnerMode.Stub : RunnerMode.Native,
            StubSleep = values.Duration(Flags.StubSleep, TimeSpan.Zero),
            WorkspaceDir = Path.GetFullPath(values.Text(Flags.WorkspaceDir) ?? Path.Combine(home, "foreman-workspaces")),
            StateDir = Path.GetFullPath(values.Text(Flags.StateDir) ?? Path.Combine(state, "foreman")),
            KeepWorkspace = values.Switch(Flags.KeepWorkspace),
            DrainTimeout = values.Duration(Flags.DrainTimeout, TimeSpan.Zero),
        };
    }

    private static Uri? SingleUrl(FlagValues values) => values.Urls(Flags.InferenceBaseUrlOverride) is [var url, ..] ? url : null;

    private static ProbeOptions Probe(FlagValues values)
    {
        // A server that every run is to use makes looking for others pointless: nothing could be promised on them.
        var only = SingleUrl(values);
        return new ProbeOptions
        {
            Ports = only is null ? ProbeOptions.UsualPorts : [],
            ModelUrls = only is null ? values.Urls(Flags.ModelUrl) : [only],
            MaxConcurrentTasks = values.Number(Flags.MaxConcurrentTasks, atLeast: 1),
            Reachable = new ReachableHosts(values.Text(Flags.InferenceHostOverride), values.Text(Flags.TailscaleAddr)),
        };
    }

    private static DeclaredCapability Declared(FlagValues values)
    {
        var accelerator = values.Word(Flags.Accelerator, [.. Accelerator.Known.Select(a => a.Value)]);
        return new DeclaredCapability
        {
            Accelerator = accelerator.Length == 0 ? null : new Accelerator(accelerator),
            Models = values.List(Flags.InstalledModels),
            ContextTokens = Positive(values.Number(Flags.MaxContextTokens, 0)),
            TokensPerSecond = Positive(values.Number(Flags.TokensPerSecond, 0)),
            TotalRamGb = Positive(values.Number(Flags.TotalRamGb, 0)),
        };
    }

    private static int? Positive(int? number) => number is > 0 ? number : null;
}
