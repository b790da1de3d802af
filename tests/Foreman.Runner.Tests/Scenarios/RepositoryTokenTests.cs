using System.Text;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Git.Forges;
using Foreman.Kubernetes;
using Foreman.Runner.Repositories;
using Foreman.Runner.Tests.Gates;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Foreman.Testing.Forges;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Scenarios;

/// <summary>Tasks on a repository that wants a token: git's own server over HTTPS, a forge, the token in a Secret.</summary>
public sealed class RepositoryTokenTests
{
    private const string Prompt = "mend the notes";

    private readonly ManualTimeProvider _clock = new();

    private static readonly StepCall Submit = StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "the notes are right"), ("commit_message", "Mend the notes"));

    [Theory]
    [DevCluster]
    [KubeApiServer]
    public async Task A_private_repository_is_worked_on_and_its_issue_read_and_no_other_repository(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var server = await ServerAsync(bed);
        using var forge = new GiteaServer(server.Token, TimeProvider.System);
        forge.Store.Add("o/r").AddIssue(42, "The notes are wrong", "They say so.");
        forge.Store.Add("o/other").AddIssue(1, "Not for everybody", "Hidden words.");
        await SecretAsync(bed, server, server.Token);
        using var model = new StepModel(Prompt, [Fetch("o/r", 42), Fetch("o/other", 1), Write("notes.txt", "right\n")], [Submit]);

        var task = await RunAsync(bed, server, forge, model);

        Assert.Equal((Verdict.Go, "foreman/task"), (task.Status.Verdict, task.Status.Branch));
        Assert.Equal(task.Status.CommitSHA, (await GitFolder.GitAsync(server.RepositoryOf("o/r"), "rev-parse", "foreman/task")).Trim());
        var transcript = await TranscriptAsync(bed, task);
        Assert.Contains("They say so.", transcript, StringComparison.Ordinal);
        Assert.Contains("it is not the task's own repository, so it was read without a token", transcript.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("Hidden words.", transcript, StringComparison.Ordinal);
        Assert.All(forge.Calls.Where(c => c.Path.Contains("other", StringComparison.Ordinal)), c => Assert.False(c.Headers.ContainsKey("Authorization")));
        forge.Verify();

        string Fetched(string repo) => $"{server.Url}/{repo}.git";
        StepCall Fetch(string repo, int number) => new("fetch_issue", new JsonObject { ["repo"] = Fetched(repo), ["number"] = number }.ToJsonString());
    }

    [Theory]
    [DevCluster]
    public async Task A_token_that_is_renewed_while_a_run_works_is_pushed_with(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var server = await ServerAsync(bed);
        await SecretAsync(bed, server, server.ReadToken);
        using var model = new StepModel(Prompt, [Write("notes.txt", "right\n")], [Submit]);
        model.Passing = async (step, moment) =>
        {
            if (step == 1 && moment is StepMoment.Asked)
            {
                var key = server.Host.Replace(':', '_');
                await bed.Kubernetes.PatchAsync<V1Secret>(V1Patch.Merge(new JsonObject { ["stringData"] = new JsonObject { [key] = server.Token } }), "git", bed.Space);
                _clock.Advance(TimeSpan.FromSeconds(10));
            }
        };

        var task = await RunAsync(bed, server, null, model);

        Assert.Equal((Verdict.Go, "foreman/task"), (task.Status.Verdict, task.Status.Branch));
    }

    [Theory]
    [DevCluster]
    public async Task Where_there_is_no_token_the_task_says_what_to_create(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var server = await ServerAsync(bed);
        using var model = new StepModel(Prompt, [Submit]);

        var task = await RunAsync(bed, server, null, model);

        Assert.Equal((TaskPhase.Failed, FailureReason.AuthUnavailable), (task.Status.Phase, task.Status.FailureReason));
        var summary = (string?)task.Status.Result!["summary"];
        Assert.Contains($"{server.Url}/o/r.git wants a token", summary, StringComparison.Ordinal);
        Assert.Contains($"Secret {bed.Space}/git does not exist: create it", summary, StringComparison.Ordinal);
    }

    [Theory]
    [DevCluster]
    public async Task A_token_that_gets_into_a_file_is_not_committed_in_the_form_that_it_is_sent_in_either(IClusterUnderTest cluster)
    {
        using var bed = await TestBed.StartAsync(cluster);
        await using var server = await ServerAsync(bed);

        // This one has no form of its own: it is found because the broker has given it out.
        var token = server.ReadToken;
        await SecretAsync(bed, server, token);
        var sent = Convert.ToBase64String(Encoding.UTF8.GetBytes("x-access-token:" + token));
        using var model = new StepModel(Prompt, [Write("notes.txt", $"Authorization: Basic {sent}\n")], [Submit]);

        var task = await RunAsync(bed, server, null, model);

        var result = task.Status.Result!;
        Assert.Equal(("COMMIT-REJECTED", FailureReason.ConstraintViolated), ((string?)result["extra"]!["outcome"], task.Status.FailureReason));
        Assert.Contains("a secret of this host", (string?)result["summary"], StringComparison.Ordinal);
        Assert.All((string[])[token, sent], s => Assert.DoesNotContain(s, result.ToJsonString(), StringComparison.Ordinal));
        Assert.DoesNotContain(server.Requests, r => r.IsPush);
    }

    private static StepCall Write(string path, string content) => StepCall.Of("write_file", ("path", path), ("content", content));

    private static async Task<GitServer> ServerAsync(TestBed bed)
    {
        var server = await GitServer.StartAsync();
        var person = await GitFolder.InitAsync(bed.Folder["person"]);
        await person.CommitAsync("notes.txt", "wrong\n");
        await person.PushAsync(await server.CreateAsync("o/r"), "main");
        return server;
    }

    private static Task<V1Secret> SecretAsync(TestBed bed, GitServer server, string token) => bed.Kubernetes.CreateAsync(new V1Secret
    {
        Metadata = new V1ObjectMeta { Name = "git", NamespaceProperty = bed.Space },
        Data = new Dictionary<string, byte[]> { [server.Host.Replace(':', '_')] = Encoding.UTF8.GetBytes(token) },
    });

    private async Task<AgenticTask> RunAsync(TestBed bed, GitServer server, GiteaServer? forge, StepModel model)
    {
        await bed.Kubernetes.CreateAsync(new Agent
        {
            Metadata = new V1ObjectMeta { Name = "reader", NamespaceProperty = bed.Space },
            Spec = BuiltInAgent.Spec with { Tools = [.. BuiltInAgent.Spec.Tools!, KnownTools.FetchIssue] },
        });
        var created = await bed.CreateAsync("task", s => s with
        {
            AgentRef = new LocalObjectReference { Name = "reader" },
            GateProfile = new GateProfile { Language = GateLanguage.Generic, Commands = new GateCommands { Test = "test -s notes.txt" } },
            Payload = new TaskPayload { Prompt = Prompt, Repo = $"{server.Url}/o/r.git" },
        });
        var cage = await Given.CageAsync();
        var file = bed.Folder.Write("forges", forge is null ? "" : $"gitea {forge.Url} {server.Url}\n");
        var table = new ForgeTable(ForgeEndpoint.GitHubCom) { Others = ForgesFile.Read(file, ForgeEndpoint.GitHubCom).Forges };
        var who = new RunnerOptions { Holder = "host-a/1", NodeName = "host-a", Placement = Placement.Node, Program = RunnerProgram.Agent, WorkspaceRoot = "w", StateDirectory = "s" };
        using var broker = StoredCredentials.OfSecret(bed.Kubernetes, new GitSecret(bed.Space, "git"), new TokenKeys("token", "github.com"), who, _clock, NullLogger.Instance);
        using var forges = ForgeAccess.With(table, broker, TimeProvider.System, NullLogger.Instance);
        var runner = bed.NativeRunner("host-a/1", o => o with
        {
            Commands = () => new CommandCage(cage, null),
            Forges = forges,
            Repositories = new RepositoryOptions
            {
                StateFolder = bed.Folder["host-a/git"],
                Credentials = broker,
                Network = server.Trust,
            },
        });
        var promised = new PromisedModel { Name = StepModel.Name, Server = ModelServerKind.LlamaCpp, Url = model.Url };
        var outcome = await runner.RunAsync(await bed.AssignAsync(created, model: promised), new RunSignals(), CancellationToken.None);
        Assert.Equal(RunOutcomeKind.Ended, outcome.Kind);
        return await bed.ReadAsync("task");
    }

    private static Task<string> TranscriptAsync(TestBed bed, AgenticTask task) => File.ReadAllTextAsync(bed.Folder[$"host-a/state/transcripts/{task.Uid()}-1.jsonl"]);
}
