using System.CommandLine;
using Foreman.Api;
using Foreman.Hosting;
using Foreman.Operator.Dispatch;
using Foreman.Testing;

namespace Foreman.Operator.Tests.Dispatch;

public sealed class DispatchFlagsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2031, 3, 14, 1, 59, 26, TimeSpan.Zero);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_issue_of_a_forge_needs_nothing_more()
    {
        var request = Read("42", "--repo", "o/r");

        Assert.Equal(TaskKind.IssueFix, request.Kind);
        Assert.Equal([42], request.Issues);
        Assert.Equal(("o/r", "o/r", null, false), (request.Repo, request.RepoName, request.Folder, request.IsLocal));
        Assert.Equal((false, false, false), (request.Wait, request.Json, request.OnlyLooks));
    }

    [Fact]
    public void Several_issues_may_be_written_with_a_hash() => Assert.Equal([7, 8], Read("#7", "8", "--repo", "https://git.example/a/b.git").Issues);

    [Fact]
    public void A_clone_of_this_machine_is_named_with_the_machine()
    {
        _folder.MakeFolder("my clone/.git");

        var request = Read("--repo", _folder["my clone"], "--prompt", "mend it", "--wait", "-o", "json");

        Assert.Equal((TaskKind.Freeform, _folder["my clone"], true), (request.Kind, request.Folder, request.IsLocal));
        Assert.StartsWith("file://box/", request.Repo, StringComparison.Ordinal);
        Assert.EndsWith("/my%20clone", request.Repo, StringComparison.Ordinal);
        Assert.Equal(("my clone", true, true), (request.RepoName, request.Wait, request.Json));
    }

    [Fact]
    public void A_folder_whose_name_would_steer_the_terminal_is_refused()
    {
        _folder.MakeFolder("a\u001b[2Jb/.git");

        var refused = Assert.Throws<ExitException>(() => Read("--repo", _folder["a\u001b[2Jb"], "--prompt", "mend it"));

        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.DoesNotContain(refused.Message, char.IsControl);
    }

    [Fact]
    public void Checks_times_and_places_are_read()
    {
        var request = Read(
            "42", "--repo", "o/r", "--gate", "python", "--gate-command", "test=make A=1 check", "--gate-command", "lint=", "--timeout", "1h30m",
            "--agent", "coder", "--model", "qwen", "--base", "dev", "--branch", "b", "--branch-prefix", "p", "--overwrite", "--open-pull-request", "false",
            "--name", "n", "-n", "team", "--kubeconfig", "kc", "--kube-context", "c", "--queue");

        Assert.Equal(
            new GateProfile { Language = GateLanguage.Python, Commands = new GateCommands { Test = "make A=1 check", Lint = "" } },
            request.Gate);
        Assert.Equal((5400, "coder", "qwen", "dev", "b"), (request.TimeoutSeconds, request.Agent, request.Model, request.Base, request.Branch));
        Assert.Equal(("p", true, (bool?)false, "n", true), (request.BranchPrefix, request.Overwrite, request.OpenPullRequest, request.Name, request.Queue));
        Assert.Equal(("team", "kc", "c"), (request.Namespace, request.Kubeconfig, request.KubeContext));
    }

    [Fact]
    public void A_name_alone_looks_at_a_task_again() => Assert.True(Read("--name", "r-issue-42", "--wait").OnlyLooks);

    [Theory]
    [InlineData("ISSUE: `x` is not valid", "x", "--repo", "o/r")]
    [InlineData("ISSUE: `0` is not valid", "0", "--repo", "o/r")]
    [InlineData("--kind: `integrate` is not valid: expected issue-fix, freeform, verify or review", "--repo", "o/r", "--kind", "integrate")]
    [InlineData("--gate: `cobol` is not valid", "42", "--repo", "o/r", "--gate", "cobol")]
    [InlineData("--gate-command: `make` is not valid", "42", "--repo", "o/r", "--gate-command", "make")]
    [InlineData("--timeout: `soon` is not valid", "42", "--repo", "o/r", "--timeout", "soon")]
    [InlineData("--open-pull-request: `maybe` is not valid", "42", "--repo", "o/r", "--open-pull-request", "maybe")]
    [InlineData("--output: `yaml` is not valid", "42", "--repo", "o/r", "-o", "yaml")]
    [InlineData("--repo: `/no/such/folder` is not valid: expected the top folder of a clone", "42", "--repo", "/no/such/folder")]
    [InlineData("is no address of a repository", "42", "--repo", "git@github.com:o/r")]
    [InlineData("nothing to do")]
    public void What_cant_be_is_told(string message, params string[] arguments)
    {
        var refused = Assert.Throws<ExitException>(() => Read(arguments));

        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    private static DispatchRequest Read(params string[] arguments)
    {
        var command = new Command("dispatch", "");
        DispatchFlags.AddTo(command);
        return DispatchFlags.Read(command.Parse(arguments), Now, "box");
    }
}
