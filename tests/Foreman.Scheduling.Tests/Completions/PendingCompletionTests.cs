using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Scheduling.Tests.Completions;

public class PendingCompletionTests
{
    /// <summary>A spec as a manifest has it, and the path by which the refusal starts.</summary>
    public static TheoryData<string, string> TaskFields => new()
    {
        { """{"kind":"tidy-up","payload":{"prompt":"x"}}""", "spec.kind \"tidy-up\"" },
        { """{"kind":"freeform","payload":{"prompt":"x","gateAdvisories":[{"check":"lint"}]}}""", "spec.payload.gateAdvisories" },
        { """{"kind":"freeform","payload":{"prompt":"x","issue":3}}""", "spec.payload.issue" },
        { """{"kind":"freeform","payload":{"prompt":"x","branch":"b"}}""", "spec.payload.branch" },
        { """{"kind":"freeform","payload":{"prompt":"x","openPullRequest":true}}""", "spec.payload.openPullRequest" },
        { """{"kind":"freeform","payload":{"prompt":"x","branchStrategy":"rebase"}}""", "spec.payload.branchStrategy" },
        { """{"kind":"freeform","payload":{"prompt":"x","slices":[{"name":"s"}]}}""", "spec.payload.slices" },
        { """{"kind":"freeform","payload":{"prompt":"x","contract":"c"}}""", "spec.payload.contract" },
        { """{"kind":"freeform","payload":{"prompt":"x"},"gateProfile":{"language":"go"}}""", "spec.gateProfile" },
        { """{"kind":"freeform","payload":{"prompt":"x"},"verdictPolicy":{"selfGO":["docs"]}}""", "spec.verdictPolicy" },
        { """{"kind":"freeform","payload":{"prompt":"x"},"placement":"Job"}""", "spec.placement \"Job\"" },
        { """{"kind":"freeform","payload":{"prompt":" "}}""", "spec.payload.prompt" },
    };

    /// <summary>The same of tasks on repositories, each wrong in a way that excludes others.</summary>
    public static TheoryData<string, string> RepositoryFields => new()
    {
        { """{"kind":"issue-fix","payload":{"prompt":"x"}}""", "spec.payload.repo" },
        { """{"kind":"verify","payload":{}}""", "spec.payload.repo" },
        { """{"kind":"verify","payload":{"repo":"a/b"}}""", "spec.payload.branch" },
        { """{"kind":"review","payload":{"prompt":"x"}}""", "spec.payload.repo" },
        { """{"kind":"review","payload":{"repo":"a/b"}}""", "spec.payload.branch" },
        { """{"kind":"issue-fix","payload":{"repo":"a/b"}}""", "spec.payload.prompt" },
        { """{"kind":"freeform","payload":{"prompt":"x","repo":"a/b"},"gateProfile":{"image":"i"}}""", "spec.gateProfile.image" },
    };

    public static TheoryData<string, string> AgentFields => new()
    {
        { """{"tools":["read_file","submit_result","run_gate_job"]}""", "Agent \"x\": spec.tools[2] \"run_gate_job\"" },
        { """{"tools":["submit_result"],"execution":{"mode":"Job"}}""", "Agent \"x\": spec.execution.mode \"Job\"" },
        { """{"tools":["submit_result"],"execution":{"mode":"InProcess","image":"i"}}""", "Agent \"x\": spec.execution.image" },
        { """{"tools":["submit_result"],"mcp":{"enabled":true,"servers":[{"name":"s","transport":"http"}]}}""", "Agent \"x\": spec.mcp.servers[0].url" },
        { """{"tools":["submit_result"],"maxEnvtestIterations":2}""", "Agent \"x\": spec.maxEnvtestIterations" },
        { """{"tools":["submit_result"],"provider":"cloud-proxy"}""", "Agent \"x\": spec.providerConfig.baseURL" },
        { """{"tools":["submit_result"],"provider":"cloud-proxy","providerConfig":{"baseURL":"http://p","model":"m","apiKeySecretRef":{"key":"k"}}}""", "Agent \"x\": spec.providerConfig.apiKeySecretRef" },
    };

    [Theory]
    [MemberData(nameof(TaskFields))]
    [MemberData(nameof(RepositoryFields))]
    public void A_task_that_asks_for_what_cannot_be_done_ends_at_once_and_names_the_field(string spec, string path)
    {
        var read = (AgenticTaskSpec)System.Text.Json.JsonSerializer.Deserialize(spec, typeof(AgenticTaskSpec), ApiJson.Default)!;

        AssertUnsupported(Given.Decide(Given.Cluster([Given.Node("a")], Given.Task("t") with { Spec = read })).Write("t"), path);
    }

    [Theory]
    [MemberData(nameof(AgentFields))]
    public void A_task_whose_agent_asks_for_what_cannot_be_done_ends_at_once_and_names_the_field(string spec, string path)
    {
        var agent = Given.Agent("x") with { Spec = ReadAgent(spec) };
        var task = Given.Task("t").With(s => s with { AgentRef = new() { Name = "x" } });

        AssertUnsupported(Given.Decide(Given.Cluster([Given.Node("a")], task) with { Agents = [agent] }).Write("t"), path);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Images_need_an_agent_that_sends_them(bool? vision, bool runs)
    {
        var agent = Given.Agent("x", s => s with { Vision = new() { Enabled = vision } });
        var task = Given.Task("t").With(s => s with { AgentRef = vision is null ? null : new() { Name = "x" }, Payload = s.Payload with { Images = ["a.png"] } });

        var write = Given.Decide(Given.Cluster([Given.Node("a")], task) with { Agents = [agent] }).Write("t");

        Assert.Equal(runs, write is AssignTask);
        if (!runs)
        {
            AssertUnsupported(write, "spec.payload.images");
        }
    }

    [Theory]
    [InlineData("""{"kind":"freeform","payload":{"prompt":"x","agent":"joiner"}}""", "spec.payload.agent")]
    [InlineData("""{"kind":"freeform","agentRef":{"name":"joiner"},"payload":{"prompt":"x","agent":"y"}}""", "spec.agentRef")]
    public void An_agent_of_another_kind_is_told_by_the_field_that_names_it(string spec, string path)
    {
        var read = (AgenticTaskSpec)System.Text.Json.JsonSerializer.Deserialize(spec, typeof(AgenticTaskSpec), ApiJson.Default)!;
        var agent = Given.Agent("joiner") with { Spec = new() { Tools = ["run_integrate", "submit_result"] } };

        AssertUnsupported(Given.Decide(Given.Cluster([Given.Node("a")], Given.Task("t") with { Spec = read }) with { Agents = [agent] }).Write("t"), path);
    }

    [Fact]
    public void All_fields_that_cannot_be_acted_on_are_told_at_once()
    {
        var agent = Given.Agent("x", s => s with { Tools = ["run_gate_job", "submit_result"], MaxEnvtestIterations = 2 });
        var task = Given.Task("t").With(s => s with
        {
            AgentRef = new() { Name = "x" },
            GateProfile = new(),
            Payload = s.Payload with { OpenPullRequest = true, Issue = 3, Images = ["i.png"] },
        });

        var message = Given.Decide(Given.Cluster([Given.Node("a")], task) with { Agents = [agent] }).Write("t").Completed().Message;

        Assert.Equal(
            "spec.payload.openPullRequest: it is about a repository; name that in spec.payload.repo, or leave it out. "
            + "spec.payload.issue: it is about a repository; name that in spec.payload.repo, or leave it out. "
            + "spec.gateProfile: it is about a repository; name that in spec.payload.repo, or leave it out. "
            + "spec.payload.images: Agent \"x\" does not send images; set its spec.vision.enabled, or leave them out. "
            + "Agent \"x\": spec.tools[0] \"run_gate_job\": this release has the tools read_file, write_file, str_replace, grep, list_files, bash, fetch_issue, fetch_pull_request, schedule_set, schedule_list, schedule_delete, schedule_history, submit_result. "
            + "spec.maxEnvtestIterations: gates in Jobs are not part of this release; leave it out.",
            message);
    }

    [Fact]
    public void A_single_field_is_told_in_the_same_words_as_ever()
    {
        var task = Given.Task("t").With(s => s with { Placement = Placement.Job });

        Assert.Equal(
            "spec.placement \"Job\": this release places tasks on a Node or in the Operator; use one of them, or Auto.",
            Given.Decide(Given.Cluster([Given.Node("a")], task)).Write("t").Completed().Message);
    }

    [Fact]
    public void A_kind_that_is_no_freeform_task_may_lack_a_prompt()
    {
        var task = Given.Task("t").With(s => s with { Kind = new("tidy-up"), Payload = new() });

        Assert.Equal(
            "spec.kind \"tidy-up\": this release runs tasks of kind freeform, issue-fix, verify, review, integrate, reconcile only.",
            Given.Decide(Given.Cluster([Given.Node("a")], task)).Write("t").Completed().Message);
    }

    [Fact]
    public void A_manifest_that_sets_only_defaults_runs()
    {
        var spec = (AgenticTaskSpec)System.Text.Json.JsonSerializer.Deserialize(
            """{"kind":"freeform","payload":{"prompt":"x","branchStrategy":"reset","openPullRequest":false},"mcpEnabled":false,"requiredCapability":{"accelerator":"any"}}""",
            typeof(AgenticTaskSpec), ApiJson.Default)!;

        Assert.IsType<AssignTask>(Given.Decide(Given.Cluster([Given.Node("a")], Given.Task("t") with { Spec = spec })).Write("t"));
    }

    [Fact]
    public void A_cancelled_task_ends_as_failed_and_incomplete()
    {
        var status = Given.Decide(Given.Cluster([Given.Node("a")], Given.Task("t").With(s => s with { Cancel = true }))).Write("t").After.Status;

        Assert.Equal((TaskPhase.Failed, Verdict.Incomplete, FailureReason.Cancelled), (status.Phase, status.Verdict, status.FailureReason));
    }

    [Fact]
    public void A_task_that_its_Workload_skips_ends_with_nothing_to_do()
    {
        var task = Given.Task("t").With(s => s with { Cancel = true });
        task = task with { Metadata = task.Metadata with { Annotations = new Dictionary<string, string> { [Labels.SkippedBecause] = "Step a had nothing to do." } } };
        var status = Given.Decide(Given.Cluster([Given.Node("a")], task)).Write("t").After.Status;

        Assert.Equal((TaskPhase.Succeeded, Verdict.Skipped, null), (status.Phase, status.Verdict, status.FailureReason));
        Assert.Equal("Step a had nothing to do.", status.Conditions.Find(ConditionTypes.Skipped)!.Message);
    }

    [Fact]
    public void A_task_fails_with_its_last_reason_when_its_retries_are_spent()
    {
        TaskAttempt Failed(int n, string why) => new() { Attempt = n, Node = "a", Outcome = AttemptOutcome.GivenBack, Reason = why, Usage = new() { PromptTokens = 10 } };
        var task = Given.Task("t").With(s => s with { RetryPolicy = new() { Limit = 1 } }).After(Failed(1, "Timeout"), Failed(2, "ToolFailed"));

        var status = Given.Decide(Given.Cluster([Given.Node("a")], task)).Write("t").After.Status;

        Assert.Equal(FailureReason.ToolFailed, status.FailureReason);
        Assert.Equal(20, status.Usage?.PromptTokens);
    }

    [Theory, Trait("Kind", "15")]
    [InlineData(int.MaxValue)]
    [InlineData((long)int.MaxValue + 1)]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void A_task_with_an_absurd_number_of_attempts_ends_and_says_so(long attempt)
    {
        var task = Given.Task("t") with { Status = new() { Phase = TaskPhase.Pending, Attempt = attempt } };

        var write = Given.Decide(Given.Cluster([Given.Node("a")], task)).Write("t");

        Assert.Equal((TaskPhase.Failed, FailureReason.ConstraintViolated), (write.After.Status.Phase, write.After.Status.FailureReason));
        Assert.Equal(attempt, write.After.Status.Attempt);
        Assert.StartsWith($"status.attempt is {attempt}, which no number of assignments leads to", write.Completed().Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Kind", "15")]
    public void A_running_task_with_an_absurd_number_is_taken_back_by_its_limits_and_then_ends()
    {
        var task = Given.Task("t") with { Status = new() { Phase = TaskPhase.Running, Attempt = long.MinValue, AssignedNode = "a" } };
        var cluster = Given.Cluster([Given.Node("a")], task);
        var seen = Given.Decide(cluster);
        var back = Given.Decide(cluster.Then(seen, 56).Renewed("a"));

        Assert.Equal(0, back.Write("t").After.Status.Attempts[0].Attempt);
        Assert.IsType<CompleteTask>(Given.Decide(cluster.Then(seen, 56).Renewed("a").Then(back)).Write("t"));
    }

    [Fact, Trait("Kind", "12")]
    public void Every_field_that_cannot_be_acted_on_is_named_when_a_task_and_its_agent_set_them_all()
    {
        var task = new JsonObject();
        foreach (var row in TaskFields.Where(f => f.Data.Item2 != "spec.payload.prompt"))
        {
            Merge(task, (JsonObject)JsonNode.Parse(row.Data.Item1)!, keep: ["kind"]);
        }

        var agent = new JsonObject();
        foreach (var row in AgentFields)
        {
            Merge(agent, (JsonObject)JsonNode.Parse(row.Data.Item1)!, keep: []);
        }

        agent["tools"] = new JsonArray("read_file", "submit_result", "run_gate_job");
        task["agentRef"] = new JsonObject { ["name"] = "x" };
        var read = (AgenticTaskSpec)System.Text.Json.JsonSerializer.Deserialize(task.ToJsonString(), typeof(AgenticTaskSpec), ApiJson.Default)!;
        var cluster = Given.Cluster([Given.Node("a")], Given.Task("t") with { Spec = read }) with { Agents = [Given.Agent("x") with { Spec = ReadAgent(agent.ToJsonString()) }] };

        var message = Given.Decide(cluster).Write("t").Completed().Message;

        var paths = TaskFields.Select(f => f.Data.Item2).Concat(AgentFields.Select(f => f.Data.Item2["Agent \"x\": ".Length..]));
        string[] excluded = ["spec.payload.prompt", "spec.providerConfig.baseURL", "spec.execution.mode \"Job\""];
        Assert.All(paths.Except(excluded), path => Assert.Contains(path + ": ", message, StringComparison.Ordinal));
    }

    [Fact, Trait("Kind", "12")]
    public void The_end_is_about_the_spec_that_the_task_has_now()
    {
        var task = Given.Task("t").With(s => s with { Cancel = true });
        task = task with { Metadata = task.Metadata with { Generation = 7 } };

        var write = Given.Decide(Given.Cluster([Given.Node("a")], task)).Write("t");

        Assert.Equal(7, write.Completed().ObservedGeneration);
    }

    [Fact]
    public void Assignments_that_nobody_claimed_never_fail_a_task()
    {
        var entries = Enumerable.Range(1, 31).Select(n => new TaskAttempt { Attempt = n, Node = "b", Outcome = AttemptOutcome.Unclaimed }).ToArray();

        var write = Given.Decide(Given.Cluster([Given.Node("a")], Given.Task("t").After(entries))).Write("t");

        Assert.IsType<AssignTask>(write);
        Assert.Equal(30, write.After.Status.Attempts.Count);
    }

    // The first kind that is set stays: others go into it.
    private static void Merge(JsonObject into, JsonObject from, IReadOnlyList<string> keep)
    {
        foreach (var (name, value) in from)
        {
            if (into[name] is JsonObject there && value is JsonObject more)
            {
                Merge(there, more, keep: []);
            }
            else if (!into.ContainsKey(name) || !keep.Contains(name))
            {
                into[name] = value?.DeepClone();
            }
        }
    }

    private static AgentSpec ReadAgent(string spec)
    {
        var json = (JsonObject)JsonNode.Parse(spec)!;
        json["role"] = "coder";
        json["systemPrompt"] = "You work.";
        return (AgentSpec)System.Text.Json.JsonSerializer.Deserialize(json.ToJsonString(), typeof(AgentSpec), ApiJson.Default)!;
    }

    private static void AssertUnsupported(TaskDecision write, string path)
    {
        Assert.IsType<CompleteTask>(write);
        Assert.Equal((TaskPhase.Failed, Verdict.Incomplete, FailureReason.Unsupported), (write.After.Status.Phase, write.After.Status.Verdict, write.After.Status.FailureReason));
        Assert.StartsWith(path + ": ", write.Completed().Message, StringComparison.Ordinal);
        Assert.Equal(("True", Reasons.Unsupported), (write.Completed().Status, write.Completed().Reason));
        Assert.Equal(("False", Reasons.Unsupported), (write.Scheduled().Status, write.Scheduled().Reason));
    }
}
