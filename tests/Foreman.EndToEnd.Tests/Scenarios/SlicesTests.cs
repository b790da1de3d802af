using Foreman.Api;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Testing;
using Foreman.Testing.Forges;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>Two slices of work that are joined and compared by Agents without a model, written as for LLMKube.</summary>
public class SlicesTests
{
    private const string Agents =
        """
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Agent
        metadata: {name: integrator, namespace: NAMESPACE}
        spec:
          role: verifier
          tools: [run_integrate, submit_result]
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Agent
        metadata: {name: reconciler, namespace: NAMESPACE}
        spec:
          role: verifier
          tools: [run_reconcile, submit_result]
        """;

    private const string Tasks =
        """
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: AgenticTask
        metadata: {name: integrate, namespace: NAMESPACE}
        spec:
          kind: integrate
          agentRef: {name: integrator}
          gateProfile:
            language: generic
            commands: {test: "test -f pkg/parse.txt && test -f pkg/print.txt"}
          payload:
            repo: REPO
            branch: foreman/october/all
            slices:
            - {name: parser, branch: foreman/october/parser, files: [pkg/parse.txt]}
            - {name: printer, branch: foreman/october/printer, files: [pkg/print.txt]}
            sharedIdentifiers:
            - {id: WidgetID, definedBy: parser, referencedBy: [printer]}
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: AgenticTask
        metadata: {name: reconcile, namespace: NAMESPACE}
        spec:
          kind: reconcile
          agentRef: {name: reconciler}
          dependsOn: [integrate]
          payload:
            repo: REPO
            branch: foreman/october/all
            slices:
            - {name: parser, files: [pkg/parse.txt]}
            - {name: printer, files: [pkg/print.txt]}
            sharedIdentifiers:
            - {id: WidgetID, definedBy: parser, referencedBy: [printer]}
        """;

    [Fact]
    public async Task Two_slices_are_integrated_and_then_reconciled()
    {
        await using var fleet = await ForemanFleet.StartAsync();
        using var person = new TempFolder();
        var clone = await GitFolder.InitAsync(person["clone"]);
        await clone.CommitAsync("README.md", "# Widgets\n");
        await BranchAsync(clone, "foreman/october/parser", "pkg/parse.txt", "type WidgetID\n");
        await BranchAsync(clone, "foreman/october/printer", "pkg/print.txt", "print WidgetID\n");
        await fleet.StartAgentAsync("host-a", "http://127.0.0.1:9", expectModel: false, more: ["--allow-local-repos"]);

        await fleet.NeedsSandboxAsync("host-a");
        await fleet.Kubectl.ApplyAsync(Filled(Agents, fleet, clone));
        await fleet.Kubectl.ApplyAsync(Filled(Tasks, fleet, clone));

        var reconciled = await fleet.WaitForTaskAsync("reconcile", t => t.Status.Verdict is not null, "to end", TimeSpan.FromMinutes(3));
        var integrated = await fleet.TaskAsync("integrate");
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go, "foreman/october/all"), (integrated.Status.Phase, integrated.Status.Verdict, integrated.Status.Branch));
        Assert.Equal(["test GATE-PASS"], integrated.Status.Gate!.Select(g => $"{g.Check} {g.Outcome}"));
        Assert.Equal(integrated.Status.CommitSHA, (await clone.RunAsync("rev-parse", "foreman/october/all")).Trim());
        Assert.Equal("pkg/parse.txt\npkg/print.txt\n", await clone.RunAsync("diff", "--name-only", "main", "foreman/october/all"));
        Assert.Equal((TaskPhase.Succeeded, Verdict.GatePass), (reconciled.Status.Phase, reconciled.Status.Verdict));
        Assert.Equal(["identifiers GATE-PASS"], reconciled.Status.Gate!.Select(g => $"{g.Check} {g.Outcome}"));
    }

    [Fact]
    public async Task Two_slices_become_one_pull_request()
    {
        await using var git = await GitServer.StartAsync();
        using var forge = new GiteaServer(git.Token, TimeProvider.System) { IsOpen = true };
        git.IsOpen = true;
        git.Intercept = context => forge.AnswerAsync(context, git.Url);
        var stored = forge.Store.Add("acme/widgets");
        await using var fleet = await ForemanFleet.StartAsync();
        using var person = new TempFolder();
        var clone = await GitFolder.InitAsync(person["clone"]);
        await clone.CommitAsync("README.md", "# Widgets\n");
        await BranchAsync(clone, "foreman/october/parser", "pkg/parse.txt", "type WidgetID\n");
        await BranchAsync(clone, "foreman/october/printer", "pkg/print.txt", "print WidgetID\n");
        var bare = await git.CreateAsync("acme/widgets");
        await clone.RunAsync("push", "-q", bare, "main", "foreman/october/parser", "foreman/october/printer");
        await fleet.StartAgentAsync(
            "host-a", "http://127.0.0.1:9", expectModel: false, more: ["--forge", "gitea", "--forge-url", git.Url],
            environment: new Dictionary<string, string?> { ["GIT_SSL_CAINFO"] = git.CertificateFile, ["GIT_SSL_CAPATH"] = git.NoAuthorities, ["SSL_CERT_FILE"] = git.CertificateFile });

        await fleet.NeedsSandboxAsync("host-a");
        await fleet.Kubectl.ApplyAsync(Agents.Replace("NAMESPACE", fleet.Namespace, StringComparison.Ordinal));
        await fleet.Kubectl.ApplyAsync(Tasks.Split("---")[0]
            .Replace("NAMESPACE", fleet.Namespace, StringComparison.Ordinal)
            .Replace("repo: REPO", "repo: acme/widgets\n    openPullRequest: true", StringComparison.Ordinal));

        var task = await fleet.WaitForTaskAsync("integrate", t => t.Status.Verdict is not null, "to end", TimeSpan.FromMinutes(3));
        Assert.Equal((TaskPhase.Succeeded, Verdict.Go, "foreman/october/all"), (task.Status.Phase, task.Status.Verdict, task.Status.Branch));
        var pull = Assert.Single(stored.OpenPulls);
        Assert.Equal(("Join parser, printer", "foreman/october/all", "main"), (pull.Title, pull.Branches!.Head, pull.Branches.Base));
        Assert.Contains($"- `printer`: `foreman/october/printer` at {(await clone.RunAsync("rev-parse", "foreman/october/printer")).Trim()}", pull.Body, StringComparison.Ordinal);
        Assert.Equal($"{git.Url}/acme/widgets/pulls/{pull.Number}", (string?)task.Status.Result!["extra"]!["pullRequestURL"]);
        forge.Verify();
    }

    private static string Filled(string yaml, ForemanFleet fleet, GitFolder clone) =>
        yaml.Replace("NAMESPACE", fleet.Namespace, StringComparison.Ordinal).Replace("REPO", new Uri(clone.Path).AbsoluteUri, StringComparison.Ordinal);

    private static async Task BranchAsync(GitFolder clone, string branch, string file, string text)
    {
        await clone.RunAsync("checkout", "-q", "-b", branch, "main");
        await clone.CommitAsync(file, text);
        await clone.RunAsync("checkout", "-q", "main");
    }
}
