using System.Globalization;
using Foreman.Testing;
using Foreman.Testing.Forges;
using Microsoft.AspNetCore.Http;

namespace Foreman.EndToEnd.Tests.Fleet;

/// <summary>A repository of parts that are wrong, on a git server and a forge over HTTPS that has an issue for each of them, and who mends them.</summary>
public sealed class PartsScene : IAsyncDisposable
{
    /// <summary>The repository.</summary>
    public const string Repository = "acme/widgets";

    private readonly TempFolder _folder = new();

    private PartsScene(GitServer git)
    {
        Git = git;
        Forge = new(git.Token, TimeProvider.System) { IsOpen = true };
        Stored = Forge.Store.Add(Repository);
        git.IsOpen = true;
        git.Intercept = async context =>
        {
            await (Passing?.Invoke(context.Request) ?? Task.CompletedTask);
            return await Forge.AnswerAsync(context, git.Url);
        };
    }

    /// <summary>The git server; everybody may read and write.</summary>
    public GitServer Git { get; }

    /// <summary>The forge, at the address of the git server.</summary>
    public GiteaServer Forge { get; }

    /// <summary>What the forge keeps of the repository.</summary>
    public StoredRepository Stored { get; }

    /// <summary>Called before a request to the git server or the forge is answered.</summary>
    public Func<HttpRequest, Task>? Passing { get; set; }

    /// <summary>Folder of the repository on the git server.</summary>
    public string Bare => Git.RepositoryOf(Repository);

    /// <summary>What operator and agents are told of the forge.</summary>
    public IReadOnlyList<string> Flags => ["--forge", "gitea", "--forge-url", Git.Url];

    /// <summary>Variables with which programs trust the server's certificate.</summary>
    public IReadOnlyDictionary<string, string?> Trusting => new Dictionary<string, string?> { ["GIT_SSL_CAINFO"] = Git.CertificateFile, ["GIT_SSL_CAPATH"] = Git.NoAuthorities, ["SSL_CERT_FILE"] = Git.CertificateFile };

    /// <summary>Starts everything, with an issue for each part.</summary>
    /// <param name="parts">How many parts the repository has; they are numbered from 1, as their issues.</param>
    public static async Task<PartsScene> StartAsync(int parts)
    {
        var scene = new PartsScene(await GitServer.StartAsync());
        var person = await GitFolder.InitAsync(scene._folder["person"]);
        for (var part = 1; part <= parts; part++)
        {
            scene.Stored.AddIssue(part, Text($"Part {part} is wrong"), "It should be right.");
            person.Write(Text($"part-{part}.txt"), "wrong\n");
        }

        await person.CommitAsync("Begin");
        await person.PushAsync(await scene.Git.CreateAsync(Repository), "main");
        return scene;
    }

    /// <summary>What a model does that writes a part.</summary>
    /// <param name="part">Its number.</param>
    /// <param name="text">The new text.</param>
    public static StepCall[][] Write(int part, string text) =>
    [
        [StepCall.Of("write_file", ("path", Text($"part-{part}.txt")), ("content", text + "\n"))],
        [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "it is better now"), ("commit_message", Text($"Mend part {part}")))],
    ];

    /// <summary>The number behind the first "issue #" of a message; null when there is none.</summary>
    public static int? IssueOf(string user)
    {
        const string Mark = "ssue #";
        if (user.IndexOf(Mark, StringComparison.Ordinal) is not (>= 0 and var at))
        {
            return null;
        }

        var digits = user.AsSpan(at + Mark.Length);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var issue) ? issue : null;
    }

    /// <summary>The Agents <c>coder</c> and <c>gate</c>, as documents to which others can be added.</summary>
    /// <param name="space">Namespace.</param>
    public static string Agents(string space) =>
        $$"""
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Agent
        metadata: {name: coder, namespace: {{space}}}
        spec:
          role: coder
          model: {{StepModel.Name}}
          systemPrompt: You mend what issues say.
          tools: [read_file, write_file, submit_result]
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Agent
        metadata: {name: gate, namespace: {{space}}}
        spec:
          role: verifier
          tools: [run_gate_job, submit_result]
        ---

        """;

    /// <summary>The text with its numbers in the invariant culture.</summary>
    public static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Forge.Dispose();
        await Git.DisposeAsync();
        _folder.Dispose();
    }
}
