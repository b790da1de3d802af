using Foreman.Api;
using Foreman.EndToEnd.Tests.Chart;
using Foreman.EndToEnd.Tests.Fleet;
using Foreman.Testing;

namespace Foreman.EndToEnd.Tests.Scenarios;

/// <summary>A small fleet at work, by what its API server noted of it: both programs ask for nothing that they may not do, and may do nothing that nobody needs.</summary>
public sealed class UsedRightsTests
{
    private const string Prompt = "Write the words";
    private const string Host = "host-a";

    // The golden files name the one task namespace of a release so, its one host, and the account that this joined by.
    private const string TaskNamespace = "team-a";
    private const string GoldenHost = "mac-1";
    private const string GoldenJoin = "join";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Rights of hosts that this fleet does not use, and what does.</summary>
    private static readonly Dictionary<string, string> OtherUsesOfHosts = new(StringComparer.Ordinal)
    {
        ["get agentictasks.foreman.llmkube.dev"] = "a branch that is pushed (RepositoryTests), and a task that leaves the watch while its run ends",
        ["get runlogs.foreman.llmkube.dev"] = "a run that is resumed on another host (RepositoryKillTests)",
        ["patch events"] = "an Event that is there already and happens again",
    };

    /// <summary>The same of the operator.</summary>
    private static readonly Dictionary<string, string> OtherUsesOfOperator = new(StringComparer.Ordinal)
    {
        ["get workloads.foreman.llmkube.dev"] = "issues that are taken in (IntakeTests), and budgets of Workloads after a change of the leader",
        ["create workloads.foreman.llmkube.dev"] = "issues that are taken in (IntakeTests)",
        ["patch workloads.foreman.llmkube.dev"] = "issues that are taken in (IntakeTests)",
        ["delete workloads.foreman.llmkube.dev"] = "issues that are taken in (IntakeTests)",
        ["update workloads.foreman.llmkube.dev/finalizers"] = "an API server that checks who may own what",
        ["get agents.foreman.llmkube.dev"] = "a run that the operator hosts",
        ["get modelprofiles.foreman.llmkube.dev"] = "a run that the operator hosts",
        ["create runlogs.foreman.llmkube.dev"] = "a run that the operator hosts",
        ["watch inferenceservices.inference.llmkube.dev"] = "LLMKube beside it",
        ["patch events"] = "an Event that is there already and happens again",
    };

    /// <summary>The same of what a host joins by: all of it is used.</summary>
    private static readonly Dictionary<string, string> OtherUsesOfEnrolments = new(StringComparer.Ordinal);

    [Fact]
    public async Task Every_verb_that_is_used_is_granted_and_every_verb_that_is_granted_is_used()
    {
        await using var fleet = await ForemanFleet.StartAsync(["--leader-elect", "--finished-task-ttl=10s", "--left-node-ttl=1s"]);
        Assert.SkipWhen(fleet.Cluster.AuditLog is null, "the API server that FOREMAN_TEST_KUBECONFIG names does not tell these tests what it was asked for");
        using var folder = new TempFolder();
        var helm = new Helm(fleet.Cluster.AdminKubeconfigPath, folder);
        await UpgradeAsync(helm, "cleanUp.finishedTaskTTL=10s");
        try
        {
            await HoldsAsync(fleet);
        }
        finally
        {
            await UpgradeAsync(helm, "cleanUp.finishedTaskTTL=0");
        }
    }

    private static async Task HoldsAsync(ForemanFleet fleet)
    {
        using var model = new StepModel(
            Prompt,
            [StepCall.Of("bash", ("command", "true"))],
            [StepCall.Of("write_file", ("path", "words.txt"), ("content", "good morning"))],
            [StepCall.Of("submit_result", ("verdict", "GO"), ("summary", "written"), ("commit_message", ""))]);
        var agent = await fleet.StartAgentAsync(Host, model.Url);

        await UsedAsync(fleet, GoldenJoin, IsEnrolment, OtherUsesOfEnrolments);
        await fleet.Kubectl.ApplyAsync(Manifests(fleet.Namespace));
        await UsedAsync(fleet, "host", IsHost, OtherUsesOfHosts);
        // Ended tasks that others need are not deleted, so the host leaves after the Workload.
        await Eventually.TrueAsync(async () => await fleet.TryWorkloadAsync("both") is { Status: { } status } && status.Phase == WorkloadPhase.Completed, "the Workload to complete", Patience);
        agent.Process.Send(Signal.Terminate);
        await UsedAsync(fleet, "operator", IsOperator, OtherUsesOfOperator);

        Assert.Empty(Refused(fleet, IsHost).Concat(Refused(fleet, IsOperator)));
    }

    // The right to delete tasks comes with the value.
    private static Task<string> UpgradeAsync(Helm helm, string value) => helm.RunAsync(
        "upgrade", "foreman", ChartCluster.Path, "--namespace", ForemanFleet.ReleaseNamespace, "--reuse-values", "--set", value);

    /// <summary>Waits until every right of an identity was used, but for those that have another use.</summary>
    private static Task UsedAsync(ForemanFleet fleet, string identity, Func<string, bool> isUser, Dictionary<string, string> otherUses)
    {
        var table = RightsTable.Golden(identity);
        Assert.Empty(otherUses.Keys.Except(table.Rights.Select(r => $"{r.Verb} {r.Resource}")));
        return Eventually.PassesAsync(
            () =>
            {
                var used = fleet.Requests.Of(isUser).Select(r => table.FindFor(AsGolden(fleet, r.Right))).OfType<Right>().ToHashSet();
                Assert.Empty(table.Rights.Where(r => !used.Contains(r) && !ListsForWatch(r, used) && !otherUses.ContainsKey($"{r.Verb} {r.Resource}")).Select(r => $"the {identity} may {r} and does not"));
                return Task.CompletedTask;
            },
            $"all rights of the {identity} to be used",
            Patience);
    }

    // A watch that begins with all objects needs no list; API servers that know no such watch are listed.
    private static bool ListsForWatch(Right right, HashSet<Right> used) => right.Verb == "list" && used.Contains(right with { Verb = "watch" });

    private static IEnumerable<string> Refused(ForemanFleet fleet, Func<string, bool> isUser) =>
        fleet.Requests.Of(isUser).Where(r => !r.Allowed).Select(r => $"refused: {AsGolden(fleet, r.Right)}");

    private static Right AsGolden(ForemanFleet fleet, Right right) => right with
    {
        Space = right.Space == fleet.Namespace ? TaskNamespace : right.Space,
        Name = right.Name switch
        {
            Host => GoldenHost,
            { } name when name.StartsWith("join-", StringComparison.Ordinal) => GoldenJoin,
            _ => right.Name,
        },
    };

    private static bool IsHost(string user) => user == $"system:serviceaccount:{ForemanFleet.ReleaseNamespace}-hosts:{Host}";

    // Its rights are so new as it joins that the API server may not know them yet: it asks again, and what is refused meanwhile says nothing.
    private static bool IsEnrolment(string user) => user.StartsWith($"system:serviceaccount:{ForemanFleet.ReleaseNamespace}:join-", StringComparison.Ordinal);

    private static bool IsOperator(string user) => user == $"system:serviceaccount:{ForemanFleet.ReleaseNamespace}:foreman-operator";

    // Digests take the place of other ConfigMaps of their name, files come from a ConfigMap and from a task, and a step waits for another's words.
    private static string Manifests(string space) =>
        $$$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{{Labels.TranscriptConfigMap("first")}}}, namespace: {{{space}}}}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: texts, namespace: {{{space}}}}
        data: {a: some text}
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: ModelProfile
        metadata: {name: plain}
        spec: {systemPromptAddendum: Be brief.}
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: AgentRelease
        metadata: {name: next}
        spec: {agentKind: foreman-agent, version: 9.9.9}
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Agent
        metadata: {name: writer, namespace: {{{space}}}}
        spec: {role: coder, model: {{{StepModel.Name}}}, modelProfileRef: plain, systemPrompt: You write., tools: [write_file, submit_result]}
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: AgenticTask
        metadata: {name: first, namespace: {{{space}}}}
        spec:
          kind: freeform
          agentRef: {name: writer}
          payload: {prompt: {{{Prompt}}}, inputs: [{path: a.txt, configMapKeyRef: {name: texts, key: a}}]}
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: AgenticTask
        metadata: {name: second, namespace: {{{space}}}}
        spec:
          kind: freeform
          agentRef: {name: writer}
          dependsOn: [first]
          payload: {prompt: {{{Prompt}}}, inputs: [{path: b.txt, fromTask: {name: first, path: words.txt}}]}
        ---
        apiVersion: foreman.llmkube.dev/v1alpha1
        kind: Workload
        metadata: {name: both, namespace: {{{space}}}}
        spec:
          intent: Words are written.
          pipeline:
            - {name: one, kind: freeform, agentRef: {name: writer}, payload: {prompt: {{{Prompt}}}}}
            - {name: two, kind: freeform, agentRef: {name: writer}, dependsOn: [one], payload: {prompt: "{{{Prompt}}} after ${steps.one.summary}"}}
        """;
}
