using System.CommandLine;
using System.Globalization;
using Foreman.Api;
using Foreman.Git;
using Foreman.Hosting;
using Foreman.Operator.Cli;
using Foreman.Primitives;

namespace Foreman.Operator.Dispatch;

/// <summary>The flags of <c>dispatch</c>, and what they say.</summary>
internal static class DispatchFlags
{
    private static readonly string[] CheckNames = ["format", "lint", "build", "test", "codegen"];
    private static readonly TaskKind[] Kinds = [TaskKind.IssueFix, TaskKind.Freeform, TaskKind.Verify, TaskKind.Review];

    private static readonly Argument<string[]> Issues = new("ISSUE") { Description = "Numbers of issues: each becomes a task of its own, 20 at most", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> Repo = new("--repo") { Description = "owner/name, an https URL, or a clone on this machine (. or a path): its branch is made there, without a forge", HelpName = "REPO" };
    private static readonly Option<string?> Prompt = new("--prompt") { Description = "What is to be done; with an issue, beside its text", HelpName = "TEXT" };
    private static readonly Option<string?> Kind = new("--kind") { Description = "issue-fix, freeform, verify or review. Default: issue-fix with an issue, else freeform", HelpName = "KIND" };
    private static readonly Option<string?> Base = new("--base") { Description = "Branch to begin at. Default: main, else the repository's own", HelpName = "BRANCH" };
    private static readonly Option<string?> Branch = new("--branch") { Description = "Branch to work on, or to look at. Default: foreman/issue-N, or foreman/ and the task's name", HelpName = "BRANCH" };
    private static readonly Option<string?> BranchPrefix = new("--branch-prefix") { Description = "What stands before the slash instead of foreman", HelpName = "TEXT" };
    private static readonly Option<bool> Overwrite = new("--overwrite") { Description = "Replace commits that are on the branch already" };
    private static readonly Option<string?> OpenPullRequest = new("--open-pull-request") { Description = "Whether a pull request is opened. Default: true for issue-fix and freeform on a forge", HelpName = "true|false" };
    private static readonly Option<string?> Gate = new("--gate") { Description = "Language of the checks: go, python, node, dotnet, rust or generic. Default: found out", HelpName = "LANGUAGE" };
    private static readonly Option<string[]> GateCommand = new("--gate-command") { Description = "Command of one check, as format, lint, build, test or codegen, =, and the command; an empty one is not run. May be repeated", HelpName = "CHECK=COMMAND" };
    private static readonly Option<string?> Agent = new("--agent") { Description = "Agent that does it. Default: the built-in one", HelpName = "NAME" };
    private static readonly Option<string?> Model = new("--model") { Description = "Model that does it, where the Agent names none. Default: what a host has loaded", HelpName = "NAME" };
    private static readonly Option<string?> Timeout = new("--timeout") { Description = "Longest run of one attempt. Default: the Agent's requestTimeoutSeconds and 10m", HelpName = "DURATION" };
    private static readonly Option<string?> Name = new("--name") { Description = "Name of the task, or of the Workload. One that is there already is followed; alone, a task is looked at again", HelpName = "NAME" };
    private static readonly Option<bool> Queue = new("--queue") { Description = "Create it although no host could run it now" };
    private static readonly Option<bool> Wait = new("--wait") { Description = "Show the work until it has ended; Ctrl-C leaves it running" };
    private static readonly Option<string?> Output = new("--output", "-o") { Description = "text, or json: one line for each task, or for the Workload, on standard output [default: text]", HelpName = "text|json" };
    private static readonly Option<string?> Namespace = new("--namespace", "-n") { Description = "Namespace of the tasks or the Workload. Default: that of the kubeconfig's context, else default", HelpName = "NAME" };
    private static readonly Option<string?> Kubeconfig = new("--kubeconfig") { Description = "Kubeconfig of somebody who may create them. Default: what kubectl would use", HelpName = "FILE" };
    private static readonly Option<string?> KubeContext = new("--kube-context") { Description = "Context in the kubeconfig. Default: its current one", HelpName = "NAME" };

    /// <summary>Adds them to the command.</summary>
    public static void AddTo(Command command)
    {
        command.Arguments.Add(Issues);
        foreach (var option in (ReadOnlySpan<Option>)
        [
            Repo, Prompt, Kind, Base, Branch, BranchPrefix, Overwrite, OpenPullRequest, Gate, GateCommand, Agent, Model, Timeout, .. BatchFlags.All,
            Name, Queue, Wait, Output, Namespace, Kubeconfig, KubeContext,
        ])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="now">When it was given.</param>
    /// <param name="machine">This machine as its operating system names it.</param>
    /// <exception cref="ExitException">Something of it can't be.</exception>
    public static DispatchRequest Read(ParseResult parsed, DateTimeOffset now, string machine)
    {
        var issues = (parsed.GetValue(Issues) ?? []).Select(i => Issue(i, "ISSUE")).ToArray();
        var request = WithRepository(
            new DispatchRequest
            {
                Issues = issues,
                Batch = BatchFlags.Read(parsed),
                Prompt = parsed.GetValue(Prompt),
                Kind = parsed.GetValue(Kind) is { } kind ? KindOf(kind) : issues.Length > 0 ? TaskKind.IssueFix : TaskKind.Freeform,
                Base = parsed.GetValue(Base),
                Branch = parsed.GetValue(Branch),
                BranchPrefix = parsed.GetValue(BranchPrefix),
                Overwrite = parsed.GetValue(Overwrite),
                OpenPullRequest = Switch(parsed, OpenPullRequest),
                Gate = GateOf(parsed.GetValue(Gate), parsed.GetValue(GateCommand) ?? []),
                Agent = parsed.GetValue(Agent),
                Model = parsed.GetValue(Model),
                TimeoutSeconds = Seconds(Timeout.Name, parsed.GetValue(Timeout)),
                Name = parsed.GetValue(Name),
                Queue = parsed.GetValue(Queue),
                Wait = parsed.GetValue(Wait),
                Json = OutputOf(parsed.GetValue(Output)),
                Namespace = parsed.GetValue(Namespace),
                Kubeconfig = parsed.GetValue(Kubeconfig),
                KubeContext = parsed.GetValue(KubeContext),
                Machine = machine,
                Now = now,
            },
            parsed.GetValue(Repo));
        var faults = DispatchRules.Faults(request).ToArray();
        return faults.Length == 0 ? request : throw new ExitException(ExitCodes.Usage, faults);
    }

    /// <summary>The number of an issue, also behind a hash.</summary>
    /// <param name="text">As it was typed.</param>
    /// <param name="of">The argument or option.</param>
    /// <exception cref="ExitException">It is none.</exception>
    internal static int Issue(string text, string of) =>
        int.TryParse(text.StartsWith('#') ? text[1..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw UsageError.Invalid(of, text, "the number of an issue");

    private static DispatchRequest WithRepository(DispatchRequest request, string? text)
    {
        if (text is null)
        {
            return request;
        }

        if (text is "." or ".." || text.StartsWith('/') || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal))
        {
            var folder = LocalClone.PathOf(text) ?? throw UsageError.Invalid("--repo", text, LocalClone.Expected);
            if (folder.Any(char.IsControl))
            {
                throw UsageError.Invalid("--repo", Printable.Line(text), "a folder without control characters in its path");
            }

            return request with { Folder = folder, Repo = RepositoryAddress.FileUrl(folder, request.Machine), RepoName = Path.GetFileName(folder) };
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeFile)
        {
            return request with { Repo = text, RepoName = Path.GetFileName(Path.TrimEndingDirectorySeparator(Uri.UnescapeDataString(url.AbsolutePath))) };
        }

        try
        {
            return request with { Repo = text, RepoName = RepositoryAddress.Parse(text, AddressRules.Default with { AllowPlainHttp = true }).FullName };
        }
        catch (GitException e)
        {
            throw new ExitException(ExitCodes.Usage, $"--repo: {e.Message}{(Directory.Exists(text) ? $" For the folder write ./{Printable.Line(text)}." : "")}", e);
        }
    }

    private static TaskKind KindOf(string text) => Array.Find(Kinds, k => k.Value == text) is { Value: not null } kind
        ? kind
        : throw UsageError.Invalid("--kind", text, $"{string.Join(", ", Kinds[..^1])} or {Kinds[^1]}; tasks of other kinds are applied as manifests");

    private static bool? Switch(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        var other => throw UsageError.Invalid(option.Name, other, "true or false"),
    };

    private static bool OutputOf(string? text) => text switch
    {
        null or "text" => false,
        "json" => true,
        var other => throw UsageError.Invalid("--output", other, "text or json"),
    };

    /// <summary>Whole seconds of a duration, rounded up; null for none.</summary>
    /// <param name="option">The option.</param>
    /// <param name="text">As it was typed; null when it was not.</param>
    /// <exception cref="ExitException">It is no duration, or less than a second.</exception>
    internal static int? Seconds(string option, string? text) => text is null ? null
        : GoDuration.Parse(text) is { TotalSeconds: >= 1 } duration ? (int)Math.Ceiling(duration.TotalSeconds)
        : throw UsageError.Invalid(option, text, "a duration of a second or more, such as 45m");

    private static GateProfile? GateOf(string? language, string[] commands)
    {
        if (language is not null && !GateLanguage.Known.Any(l => l.Value == language))
        {
            throw UsageError.Invalid("--gate", language, string.Join(", ", GateLanguage.Known));
        }

        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in commands)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            if (at < 0 || !CheckNames.Contains(text[..at]))
            {
                throw UsageError.Invalid("--gate-command", text, $"{string.Join(", ", CheckNames)}, then = and a command");
            }

            given[text[..at]] = text[(at + 1)..];
        }

        return language is null && given.Count == 0 ? null : new GateProfile
        {
            Language = language is null ? null : new GateLanguage(language),
            Commands = given.Count == 0 ? null : new GateCommands
            {
                Format = given.GetValueOrDefault("format"),
                Lint = given.GetValueOrDefault("lint"),
                Build = given.GetValueOrDefault("build"),
                Test = given.GetValueOrDefault("test"),
                CodegenCheck = given.GetValueOrDefault("codegen"),
            },
        };
    }
}
