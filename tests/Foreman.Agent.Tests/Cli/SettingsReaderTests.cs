using Foreman.Agent.Cli;
using Foreman.Git;
using Foreman.Git.Forges;
using Foreman.Hosting;
using Foreman.Runner;
using Foreman.Runner.Repositories;
using Foreman.Runner.Retention;
using Foreman.Testing;

namespace Foreman.Agent.Tests.Cli;

public class SettingsReaderTests
{
    private static readonly Dictionary<string, string> Home = new() { ["HOME"] = "/home/me" };

    [Fact]
    public void Without_flags_the_defaults_hold()
    {
        var settings = Read([], Home);

        Assert.Equal("foreman-system", settings.Cluster.ForemanNamespace);
        Assert.Equal(["default"], settings.Node.TaskNamespaces);
        Assert.Equal(["worker"], settings.Node.Roles);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.Node.HeartbeatInterval);
        Assert.Equal((RunnerMode.Native, TimeSpan.FromSeconds(10)), (settings.Runs.Mode, settings.Runs.StubSleep));
        Assert.Equal("/home/me/foreman-workspaces", settings.Runs.WorkspaceDir);
        Assert.Equal("/home/me/.local/state/foreman", settings.Runs.StateDir);
        Assert.Equal(TimeSpan.FromMinutes(10), settings.Runs.DrainTimeout);
        Assert.True(NodeNames.IsValid(settings.Node.Name));
        Assert.Empty(settings.Warnings);
    }

    [Fact]
    public void A_flag_wins_over_the_environment_and_that_over_the_default()
    {
        Dictionary<string, string> environment = new(Home) { ["FOREMAN_ROLES"] = "coder", ["FOREMAN_HEARTBEAT_INTERVAL"] = "5s", ["XDG_STATE_HOME"] = "/var/state" };

        var settings = Read(new() { [AgentFlags.Roles] = ["verifier, worker"] }, environment);

        Assert.Equal(["verifier", "worker"], settings.Node.Roles);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Node.HeartbeatInterval);
        Assert.Equal("/var/state/foreman", settings.Runs.StateDir);
    }

    [Fact]
    [Trait("Kind", "15")]
    public void What_runs_leave_is_kept_for_a_week_and_20_GB_unless_told_otherwise()
    {
        Assert.Equal(RetentionPolicy.Default, Read([], Home).Runs.Retention);
        Assert.Equal(
            new RetentionPolicy(TimeSpan.Zero, 5_000_000_000),
            Read(new() { [AgentFlags.RetentionAge] = ["0"], [AgentFlags.RetentionSizeGb] = ["5"] }, Home).Runs.Retention);
    }

    [Fact]
    public void Mirrors_are_kept_for_30_days_and_20_GB_unless_told_otherwise()
    {
        Assert.Equal(new MirrorLimits(), Read([], Home).Runs.Mirrors);
        Assert.Equal(
            new MirrorLimits { MaxAge = TimeSpan.Zero, MaxBytes = 5_000_000_000 },
            Read(new() { [AgentFlags.MirrorAge] = ["0"], [AgentFlags.MirrorSizeGb] = ["5"] }, Home).Runs.Mirrors);
    }

    [Fact]
    public void Commands_run_unconfined_only_when_told_so()
    {
        Assert.False(Read([], Home).Runs.InsecureNoSandbox);
        Assert.True(Read([], new(Home) { ["FOREMAN_INSECURE_NO_SANDBOX"] = "true" }).Runs.InsecureNoSandbox);
    }

    [Fact]
    public void A_star_takes_the_tasks_of_all_namespaces() =>
        Assert.Empty(Read(new() { [AgentFlags.TaskNamespace] = ["*"] }, Home).Node.TaskNamespaces);

    [Fact]
    public void Model_servers_can_be_named_several_times() => Assert.Equal(
        ["http://a:1/", "http://b:2/v1"],
        Read(new() { [AgentFlags.ModelUrl] = ["http://a:1", "http://b:2/v1"] }, Home).Probe.ModelUrls.Select(u => u.ToString()));

    [Fact]
    public void A_server_for_every_run_leaves_no_other_to_be_looked_for()
    {
        var probe = Read(new() { [AgentFlags.InferenceBaseUrlOverride] = ["http://gpu:8000/v1"], [AgentFlags.ModelUrl] = ["http://a:1"] }, Home).Probe;

        Assert.Equal("http://gpu:8000/v1", Assert.Single(probe.ModelUrls).ToString());
        Assert.Empty(probe.Ports);
    }

    [Fact]
    public void The_forge_is_github_unless_it_is_said()
    {
        Assert.Equal(ForgeEndpoint.GitHubCom, Read([], Home).Runs.Forges.Default);
        Assert.Equal("https://git.example.com/api/v1/", Read(new() { [AgentFlags.Forge] = ["forgejo"], [AgentFlags.ForgeUrl] = ["https://git.example.com"] }, Home).Runs.Forges.Default.Api.AbsoluteUri);
    }

    [Theory]
    [InlineData("gitea", "", "the base URL of the gitea server")]
    [InlineData("gitlab", "git.example.com", "the base URL of the gitlab server")]
    [InlineData("bitbucket", "", "github or gitea or forgejo or gitlab")]
    public void A_forge_that_can_not_be_called_is_a_fault(string forge, string url, string expected)
    {
        var values = Values(new() { [AgentFlags.Forge] = [forge], [AgentFlags.ForgeUrl] = [url] }, Home);

        _ = SettingsReader.Read(values, Home.GetValueOrDefault);

        Assert.Contains(expected, Assert.Single(values.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Further_forges_come_from_a_file_and_each_bad_line_of_it_is_a_fault()
    {
        using var folder = new TempFolder();
        var good = folder.Write("good", "gitea http://gitea.git.svc:3000\ngitlab http://lab.git.svc https://lab.example.com\n");
        var bad = folder.Write("bad", "gitea\ngitlab https://lab.example.com\nsvn https://svn.example.com\n");
        var values = Values(new() { [AgentFlags.Forges] = [bad] }, Home);

        var table = Read([], new(Home) { ["FOREMAN_FORGES"] = good }).Runs.Forges;
        _ = SettingsReader.Read(values, Home.GetValueOrDefault);

        Assert.Equal(["gitea.git.svc:3000", "lab.example.com"], table.Others.Select(f => f.Host));
        Assert.Equal(["gitea.git.svc:3000"], Read([], new(Home) { ["FOREMAN_FORGES"] = good }).Runs.Addresses.PlainHosts);
        Assert.Equal(
            [
                $"--forges: `{bad} line 1` is not valid: expected KIND URL [WEB-URL], for example gitea https://git.example.com",
                $"--forges: `{bad} line 3` is not valid: expected github, gitea, forgejo or gitlab, not svn",
            ],
            values.Faults);
    }

    [Fact]
    public void Tokens_lie_in_the_Secret_that_they_have_always_been_in_unless_it_is_said()
    {
        var usual = Read([], Home).Runs;
        var own = Read(
            new()
            {
                [AgentFlags.ForemanNamespace] = ["ours"],
                [AgentFlags.CoderGitSecret] = ["foreman-github"],
                [AgentFlags.CoderGitSecretKey] = ["GITHUB_TOKEN"],
                [AgentFlags.Forge] = ["gitea"],
                [AgentFlags.ForgeUrl] = ["https://git.example.com:8443"],
            },
            Home).Runs;

        Assert.Equal((new GitSecret("foreman-system", "foreman-git-credentials"), new TokenKeys("token", "github.com")), (usual.GitSecret, usual.TokenKeys));
        Assert.Equal((new GitSecret("ours", "foreman-github"), new TokenKeys("GITHUB_TOKEN", "git.example.com:8443")), (own.GitSecret, own.TokenKeys));
        Assert.Equal(new GitSecret("team", "git"), Read(new() { [AgentFlags.CoderGitSecret] = ["team/git"] }, Home).Runs.GitSecret);
        Assert.Null(Read(new() { [AgentFlags.CoderGitSecret] = [""] }, Home).Runs.GitSecret);
        Assert.Equal(((string?)null, "/etc/tokens"), (usual.GitTokens, Read(new() { [AgentFlags.GitTokens] = ["/etc/tokens/../tokens"] }, Home).Runs.GitTokens));
    }

    [Theory]
    [InlineData("Git_Secret", "token", "--coder-git-secret: `Git_Secret` is not valid: expected the name of a Secret, or NAMESPACE/NAME")]
    [InlineData("a/b/c", "token", "--coder-git-secret: `a/b/c` is not valid: expected the name of a Secret, or NAMESPACE/NAME")]
    [InlineData("git", "a b", "--coder-git-secret-key: `a b` is not valid: expected a key of a Secret: letters, digits, dashes, dots and underscores")]
    public void A_Secret_that_can_not_be_one_is_a_fault(string secret, string key, string expected)
    {
        var values = Values(new() { [AgentFlags.CoderGitSecret] = [secret], [AgentFlags.CoderGitSecretKey] = [key] }, Home);

        _ = SettingsReader.Read(values, Home.GetValueOrDefault);

        Assert.Equal([expected], values.Faults);
    }

    [Fact]
    public void A_repository_without_a_host_lies_on_the_forge_that_is_said()
    {
        var runs = Read(new() { [AgentFlags.Forge] = ["gitea"], [AgentFlags.ForgeUrl] = ["http://git.internal"], [AgentFlags.GitRemoteUrl] = ["me/widgets"] }, Home).Runs;

        Assert.Equal(("http://git.internal/me/widgets.git", "http://git.internal/o/r.git"), (runs.Fork?.Url, RepositoryAddress.Parse("o/r", runs.Addresses).Url));
        Assert.Null(Read([], Home).Runs.Fork);
        Assert.Throws<GitException>(() => RepositoryAddress.Parse("http://elsewhere/o/r", Read([], Home).Runs.Addresses));
    }

    [Fact]
    public void Labels_of_pull_requests_are_a_list_within_what_forges_take()
    {
        Assert.Equal(["ai", "needs review"], Read(new() { [AgentFlags.PullRequestLabels] = [" ai, needs review,AI,"] }, Home).Runs.PullRequestLabels);
        Assert.Empty(Read([], Home).Runs.PullRequestLabels);

        var values = Values(new() { [AgentFlags.PullRequestLabels] = [new string('x', 51)] }, Home);
        _ = SettingsReader.Read(values, Home.GetValueOrDefault);

        Assert.Contains("--pull-request-labels", Assert.Single(values.Faults), StringComparison.Ordinal);
        Assert.Contains("at most 20 labels of at most 50 characters", values.Faults[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_fork_that_is_no_address_is_a_fault_that_tells_no_login()
    {
        var values = Values(new() { [AgentFlags.GitRemoteUrl] = ["https://me:secret@git.example.com/me/widgets"] }, Home);

        _ = SettingsReader.Read(values, Home.GetValueOrDefault);

        var fault = Assert.Single(values.Faults);
        Assert.Contains("--git-remote-url", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Flags_without_effect_are_named_when_they_are_set_to_something_else()
    {
        var settings = Read(new() { [Named("task-poll-interval")] = ["1s"], [Named("self-update")] = ["true"] }, new(Home) { ["FOREMAN_OPENCODE_BIN"] = "/bin/oc" });

        Assert.Equal(2, settings.Warnings.Count);
        Assert.Contains(settings.Warnings, w => w.StartsWith("--task-poll-interval has no effect: ", StringComparison.Ordinal));
        Assert.Contains(settings.Warnings, w => w.StartsWith("FOREMAN_OPENCODE_BIN has no effect: ", StringComparison.Ordinal));
    }

    [Fact]
    public void All_faults_are_told_at_once_with_what_set_them()
    {
        var values = Values(
            new() { [AgentFlags.FleetNodeName] = ["My Host"], [AgentFlags.ModelUrl] = ["localhost:8080"], [AgentFlags.Accelerator] = ["rocm"], [AgentFlags.NodeLabels] = ["zone"] },
            new(Home) { ["FOREMAN_HEARTBEAT_INTERVAL"] = "30", ["FOREMAN_MAX_CONCURRENT_TASKS"] = "0" });
        SettingsReader.Read(values, Home.GetValueOrDefault);

        Assert.Equal(6, values.Faults.Count);
        Assert.Contains("FOREMAN_HEARTBEAT_INTERVAL: `30` is not valid: expected a duration of at least 1 s, for example 90s or 2m", values.Faults);
        Assert.Contains("FOREMAN_MAX_CONCURRENT_TASKS: `0` is not valid: expected a whole number from 1 up", values.Faults);
        Assert.Contains("--accelerator: `rocm` is not valid: expected metal or cuda or vulkan or none", values.Faults);
        Assert.Contains("--model-url: `localhost:8080` is not valid: expected a base URL, for example http://127.0.0.1:8080", values.Faults);
    }

    private static Flag Named(string name) => AgentFlags.All.Single(f => f.Name == name);

    private static FlagValues Values(Dictionary<Flag, string[]> given, Dictionary<string, string> environment) =>
        new(flag => given.GetValueOrDefault(flag), environment.GetValueOrDefault);

    private static AgentSettings Read(Dictionary<Flag, string[]> given, Dictionary<string, string> environment)
    {
        var values = Values(given, environment);
        var settings = SettingsReader.Read(values, environment.GetValueOrDefault);
        Assert.Empty(values.Faults);
        return settings;
    }
}
