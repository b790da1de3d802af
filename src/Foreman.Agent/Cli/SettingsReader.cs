using Foreman.Api;
using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Hosting;
using Foreman.Probes;
using Foreman.Runner;
using Foreman.Runner.Repositories;
using Foreman.Runner.Retention;

namespace Foreman.Agent.Cli;

/// <summary>Reads the flags into settings. All faults are recorded, so that one run tells all of them.</summary>
internal static class SettingsReader
{
    // GitHub and Gitea take no longer names of labels.
    private const int LongestLabel = 50;
    private const int MostLabels = 20;

    public static AgentSettings Read(FlagValues values, Func<string, string?> environment)
    {
        var home = environment("HOME") is { Length: > 0 } h ? h : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new AgentSettings
        {
            Cluster = new ClusterSettings(
                values.Text(AgentFlags.Kubeconfig),
                values.Text(AgentFlags.KubeContext),
                values.Text(AgentFlags.ForemanNamespace) ?? AgentFlags.ForemanNamespace.Default,
                values.Duration(AgentFlags.StartTimeout, TimeSpan.Zero)),
            Node = Node(values),
            Runs = Runs(values, environment, home),
            Probe = Probe(values),
            Declared = Declared(values),
            Verbose = values.Switch(AgentFlags.Verbose),
            Warnings = values.Warnings(AgentFlags.All),
        };
    }

    private static NodeSettings Node(FlagValues values)
    {
        var name = values.Text(AgentFlags.FleetNodeName);
        if (name is not null && !NodeNames.IsValid(name))
        {
            name = values.Fault(values.Of(AgentFlags.FleetNodeName), "lower-case letters, digits, dashes and dots, at most 253 characters", "invalid");
        }

        var namespaces = values.List(AgentFlags.TaskNamespace);
        return new NodeSettings
        {
            Name = name ?? NodeNames.Sanitise(Environment.MachineName),
            TailscaleAddr = values.Text(AgentFlags.TailscaleAddr),
            Roles = values.List(AgentFlags.Roles),
            Labels = Labels(values),
            TaskNamespaces = namespaces.Contains("*") ? [] : namespaces,
            HeartbeatInterval = values.Duration(AgentFlags.HeartbeatInterval, TimeSpan.FromSeconds(1)),
        };
    }

    private static Dictionary<string, string> Labels(FlagValues values)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in values.List(AgentFlags.NodeLabels))
        {
            if (entry.Split('=') is [{ Length: > 0 } key, var value])
            {
                labels[key] = value;
            }
            else
            {
                values.Fault(new FlagValue(entry, values.Of(AgentFlags.NodeLabels).Origin), "key=value", 0);
            }
        }

        // The scheduler asks no model of a host that runs no loop.
        if (values.Of(AgentFlags.AgentMode).Text == "stub")
        {
            labels[Foreman.Api.Labels.AgentMode] = "stub";
        }

        return labels;
    }

    private static RunSettings Runs(FlagValues values, Func<string, string?> environment, string home)
    {
        var state = environment("XDG_STATE_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(home, ".local", "state");
        var mode = values.OneOf(AgentFlags.AgentMode, "native", "stub");
        var forge = Forge(values);
        var settings = new RunSettings
        {
            Mode = mode == "stub" ? RunnerMode.Stub : RunnerMode.Native,
            StubSleep = values.Duration(AgentFlags.StubSleep, TimeSpan.Zero),
            WorkspaceDir = Path.GetFullPath(values.Text(AgentFlags.WorkspaceDir) ?? Path.Combine(home, "foreman-workspaces")),
            StateDir = Path.GetFullPath(values.Text(AgentFlags.StateDir) ?? Path.Combine(state, "foreman")),
            KeepWorkspace = values.Switch(AgentFlags.KeepWorkspace),
            Retention = new RetentionPolicy(
                values.Duration(AgentFlags.RetentionAge, TimeSpan.Zero), (values.Number(AgentFlags.RetentionSizeGb, atLeast: 0) ?? 0) * 1_000_000_000L),
            Mirrors = new MirrorLimits
            {
                MaxAge = values.Duration(AgentFlags.MirrorAge, TimeSpan.Zero),
                MaxBytes = (values.Number(AgentFlags.MirrorSizeGb, atLeast: 0) ?? 0) * 1_000_000_000L,
            },
            DrainTimeout = values.Duration(AgentFlags.DrainTimeout, TimeSpan.Zero),
            Forges = new ForgeTable(forge) { Others = OtherForges(values, forge) },
            GitSecret = Secret(values),
            GitTokens = values.Text(AgentFlags.GitTokens) is { } tokens ? Path.GetFullPath(tokens) : null,
            TokenKeys = new TokenKeys(TokenKey(values), forge.Host),
            InsecureNoSandbox = values.Switch(AgentFlags.InsecureNoSandbox),
            AllowLocalRepos = values.Switch(AgentFlags.AllowLocalRepos),
            PullRequestLabels = PullRequestLabels(values),
            Committer = new CommitIdentity(
                values.Text(AgentFlags.CommitAuthorName) ?? AgentFlags.CommitAuthorName.Default,
                values.Text(AgentFlags.CommitAuthorEmail) ?? "",
                values.Text(AgentFlags.CommitCommitterName),
                values.Text(AgentFlags.CommitCommitterEmail)),
        };
        return settings with { Fork = Fork(values, settings.Addresses) };
    }

    private static RepositoryAddress? Fork(FlagValues values, AddressRules rules)
    {
        try
        {
            return values.Text(AgentFlags.GitRemoteUrl) is { } text ? RepositoryAddress.Parse(text, rules) : null;
        }
        catch (GitException)
        {
            // It may hold a login, which is not repeated.
            return values.Fault<RepositoryAddress?>(new FlagValue("…", values.Of(AgentFlags.GitRemoteUrl).Origin), "the https URL of a repository without a login, or owner/name", null);
        }
    }

    private static IReadOnlyList<string> PullRequestLabels(FlagValues values)
    {
        IReadOnlyList<string> labels = [.. values.List(AgentFlags.PullRequestLabels).Distinct(StringComparer.OrdinalIgnoreCase)];
        return labels.Count <= MostLabels && labels.All(l => l.Length <= LongestLabel && !l.Any(char.IsControl))
            ? labels
            : values.Fault<IReadOnlyList<string>>(values.Of(AgentFlags.PullRequestLabels), $"at most {MostLabels} labels of at most {LongestLabel} characters, separated by commas", []);
    }

    private static ForgeEndpoint Forge(FlagValues values)
    {
        var word = values.OneOf(AgentFlags.Forge, "github", "gitea", "forgejo", "gitlab") is { Length: > 0 } given ? given : "github";
        try
        {
            return ForgeEndpoint.Parse(word, values.Text(AgentFlags.ForgeUrl));
        }
        catch (FormatException)
        {
            return values.Fault(values.Of(AgentFlags.ForgeUrl), $"the base URL of the {word} server, for example https://git.example.com", ForgeEndpoint.GitHubCom);
        }
    }

    private static IReadOnlyList<ForgeEndpoint> OtherForges(FlagValues values, ForgeEndpoint forge)
    {
        if (values.Text(AgentFlags.Forges) is not { } path)
        {
            return [];
        }

        var file = ForgesFile.Read(path, forge);
        foreach (var fault in file.Faults)
        {
            _ = values.Fault(values.Of(AgentFlags.Forges) with { Text = fault.Where }, fault.Expected, 0);
        }

        return file.Forges;
    }

    private static GitSecret? Secret(FlagValues values) => values.Text(AgentFlags.CoderGitSecret)?.Split('/') switch
    {
        null => null,
        [var name] when NodeNames.IsValid(name) => new GitSecret(values.Text(AgentFlags.ForemanNamespace) ?? AgentFlags.ForemanNamespace.Default, name),
        [var space, var name] when NodeNames.IsValid(space) && NodeNames.IsValid(name) => new GitSecret(space, name),
        _ => values.Fault<GitSecret?>(values.Of(AgentFlags.CoderGitSecret), "the name of a Secret, or NAMESPACE/NAME", null),
    };

    private static string TokenKey(FlagValues values)
    {
        var key = values.Text(AgentFlags.CoderGitSecretKey) ?? AgentFlags.CoderGitSecretKey.Default;
        return key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? key
            : values.Fault(values.Of(AgentFlags.CoderGitSecretKey), "a key of a Secret: letters, digits, dashes, dots and underscores", key);
    }

    private static Uri? SingleUrl(FlagValues values) => values.Urls(AgentFlags.InferenceBaseUrlOverride) is [var url, ..] ? url : null;

    private static ProbeOptions Probe(FlagValues values)
    {
        // A server that every run is to use makes looking for others pointless: nothing could be promised on them.
        var only = SingleUrl(values);
        return new ProbeOptions
        {
            Ports = only is null ? ProbeOptions.UsualPorts : [],
            ModelUrls = only is null ? values.Urls(AgentFlags.ModelUrl) : [only],
            MaxConcurrentTasks = values.Number(AgentFlags.MaxConcurrentTasks, atLeast: 1),
            Reachable = new ReachableHosts(values.Text(AgentFlags.InferenceHostOverride), values.Text(AgentFlags.TailscaleAddr)),
        };
    }

    private static DeclaredCapability Declared(FlagValues values)
    {
        var accelerator = values.OneOf(AgentFlags.Accelerator, [.. Accelerator.Known.Select(a => a.Value)]);
        return new DeclaredCapability
        {
            Accelerator = accelerator.Length == 0 ? null : new Accelerator(accelerator),
            Models = values.List(AgentFlags.InstalledModels),
            ContextTokens = Positive(values.Number(AgentFlags.MaxContextTokens, 0)),
            TokensPerSecond = Positive(values.Number(AgentFlags.TokensPerSecond, 0)),
            TotalRamGb = Positive(values.Number(AgentFlags.TotalRamGb, 0)),
        };
    }

    private static int? Positive(int? number) => number is > 0 ? number : null;
}
