using Foreman.Api;

namespace Foreman.Scheduling.Tests.Matching;

public class ModelClausesTests
{
    private const string Url = "http://127.0.0.1:8080";

    [Theory, Trait("Kind", "12")]
    [InlineData(true, null)]
    [InlineData(true, "qwen")]
    [InlineData(false, null)]
    [InlineData(false, "qwen")]
    public void A_server_that_does_not_answer_gets_nothing_and_is_named_to_those_who_wait(bool listsModels, string? wanted)
    {
        var node = Of(
            [new() { Url = Url, Healthy = false, Reason = "it does not answer since 12:03:07: connection refused." }],
            listsModels ? [Given.Model()] : []);

        var told = Given.Decide(Given.Cluster([node], Given.Task("t").With(s => s with { ModelRef = wanted }))).Write("t").Scheduled();

        Assert.Equal(Reasons.WaitingForCapacity, told.Reason);
        Assert.Equal(
            "0 of 1 nodes match: 1 with a model server that cannot serve now. "
            + "Nearest is a: its server http://127.0.0.1:8080 cannot serve: it does not answer since 12:03:07: connection refused. "
            + "To let it match: look at the model server on a.",
            told.Message);
    }

    [Fact, Trait("Kind", "12")]
    public void A_dead_server_beside_a_live_one_keeps_nobody_waiting()
    {
        var node = Of(
            [new() { Url = Url, Healthy = false }, new() { Url = "http://127.0.0.1:11434", Healthy = true }],
            [Given.Model(), Given.Model("other") with { Server = "http://127.0.0.1:11434" }]);

        Assert.Equal("other", Given.Decide(Given.Cluster([node], Given.Task("t"))).Write("t").After.Status.Model?.Name);
    }

    [Theory, Trait("Kind", "12")]
    [InlineData(null)]
    [InlineData(0)]
    public void An_unknown_speed_is_unknown_and_not_zero(int? speed)
    {
        var node = Of([new() { Url = Url }], [Given.Model() with { DecodeTokensPerSecond = speed }]);
        node = node with { Status = node.Status! with { Capability = node.Status.Capability! with { TokensPerSecond = speed } } };

        var told = Given.Decide(Given.Cluster([node], Given.Task("t").With(s => s with { RequiredCapability = new() { MinTokensPerSecond = 20 } }))).Write("t").Scheduled();

        Assert.Contains("1 of unknown speed", told.Message, StringComparison.Ordinal);
        Assert.Contains("20 tokens/s asked, an unknown number there", told.Message, StringComparison.Ordinal);
        Assert.Contains("or take spec.requiredCapability.minTokensPerSecond out", told.Message, StringComparison.Ordinal);
        Assert.IsType<AssignTask>(Given.Decide(Given.Cluster([node], Given.Task("t"))).Write("t"));
    }

    [Fact, Trait("Kind", "12")]
    public void A_host_of_known_speed_goes_before_one_of_unknown_speed()
    {
        var unknown = Of([new() { Url = Url }], [Given.Model() with { DecodeTokensPerSecond = null }]);
        var slow = Given.Node("slow", models: Given.Model(speed: 1));

        Assert.Equal("slow", Given.Decide(Given.Cluster([unknown, slow], Given.Task("t"))).Write("t").After.Status.AssignedNode);
    }

    [Fact, Trait("Kind", "12")]
    public void An_unknown_context_is_unknown_and_not_zero()
    {
        var node = Of([new() { Url = Url }], [Given.Model() with { ContextTokens = null }]);

        var told = Given.Decide(Given.Cluster([node], Given.Task("t").With(s => s with { RequiredCapability = new() { MinContextTokens = 4096 } }))).Write("t").Scheduled();

        Assert.Contains("4096 tokens asked, an unknown number there", told.Message, StringComparison.Ordinal);
    }

    [Fact, Trait("Kind", "12")]
    public void A_host_without_rights_shows_what_to_grant()
    {
        var node = Given.Node("a");
        node = node with { Status = node.Status! with { NotAccepting = [new() { Reason = "MissingRights", Message = "it may not patch agentictasks/status in team: enroll it again." }, new() { Reason = "OnBattery" }] } };
        var plan = Given.Decide(Given.Cluster([node], Given.Task("t")));

        var told = plan.Write("t").Scheduled().Message;
        Assert.StartsWith("0 of 1 nodes match: 1 not accepting (MissingRights). Nearest is a: MissingRights: it may not patch agentictasks/status in team: enroll it again; OnBattery.", told, StringComparison.Ordinal);
        var schedulable = Kubernetes.Conditions.Find(plan.Nodes[0].After.Conditions, ConditionTypes.Schedulable)!;
        Assert.Equal("False", schedulable.Status);
        Assert.Contains("MissingRights: it may not patch", schedulable.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Kind", "7")]
    [InlineData("embedding")]
    [InlineData("Embeddings")]
    [InlineData("rerank")]
    public void A_model_that_cannot_chat_is_never_the_default_nor_given_by_name(string capability)
    {
        var embedding = Given.Model("a-embed") with { Capabilities = [capability] };
        var both = Of([new() { Url = Url }], [embedding, Given.Model("qwen", loaded: false)]);
        Assert.Equal("qwen", Given.Decide(Given.Cluster([both], Given.Task("t"))).Write("t").After.Status.Model?.Name);

        var only = Of([new() { Url = Url }], [embedding]);
        var told = Given.Decide(Given.Cluster([only], Given.Task("t").With(s => s with { ModelRef = "a-embed" }))).Write("t").Scheduled();
        Assert.Equal(Reasons.NoMatchingNode, told.Reason);
        Assert.Contains($"1 without a model that can chat. Nearest is a: a-embed of {Url} has {capability} only", told.Message, StringComparison.Ordinal);
    }

    [Theory, Trait("Kind", "7")]
    [InlineData("completion", "embedding")]
    [InlineData("tools", "vision")]
    [InlineData("something-new", "vision")]
    public void A_model_that_can_chat_or_does_not_say_is_given(string one, string other)
    {
        var node = Of([new() { Url = Url }], [Given.Model() with { Capabilities = [one, other] }]);

        Assert.IsType<AssignTask>(Given.Decide(Given.Cluster([node], Given.Task("t"))).Write("t"));
    }

    [Fact, Trait("Kind", "7")]
    public void The_servers_own_id_travels_beside_the_name_and_finds_the_model_too()
    {
        var node = Of([new() { Url = Url }], [Given.Model("qwen3-8b") with { Id = "/models/qwen3-8b" }]);
        foreach (var asked in new[] { null, "qwen3-8b", "/models/qwen3-8b" })
        {
            var model = Given.Decide(Given.Cluster([node], Given.Task("t").With(s => s with { ModelRef = asked }))).Write("t").After.Status.Model!;
            Assert.Equal(("qwen3-8b", "/models/qwen3-8b"), (model.Name, model.Id));
        }
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(null, true)]
    [InlineData(false, false)]
    public void A_task_with_images_goes_to_a_model_that_is_not_known_to_take_none(bool? vision, bool matches)
    {
        var node = Of([new() { Url = Url }], [Given.Model("blind") with { Vision = false }, Given.Model("other", loaded: false) with { Vision = vision }]);
        var task = Given.Task("t").With(s => s with { Payload = s.Payload with { Images = ["a.png"] } });

        var write = Given.Decide(Given.Cluster([node], task)).Write("t");

        Assert.Equal(matches ? "other" : null, write.After.Status.Model?.Name);
        Assert.Equal("blind", Given.Decide(Given.Cluster([node], Given.Task("t"))).Write("t").After.Status.Model?.Name);
    }

    [Fact]
    public void A_model_that_is_known_to_see_goes_before_a_better_one_of_which_nobody_knows()
    {
        var node = Of([new() { Url = Url }], [Given.Model("unknown"), Given.Model("seeing", loaded: false, speed: 1) with { Vision = true }]);
        var task = Given.Task("t").With(s => s with { Payload = s.Payload with { Images = ["a.png"] } });

        Assert.Equal("seeing", Given.Decide(Given.Cluster([node], task)).Write("t").After.Status.Model?.Name);
    }

    [Fact]
    public void A_task_with_images_says_which_model_takes_none_and_what_to_do()
    {
        var node = Of([new() { Url = Url }], [Given.Model("blind") with { Vision = false }]);
        var task = Given.Task("t").With(s => s with { Payload = s.Payload with { Images = ["a.png"] } });

        var told = Given.Decide(Given.Cluster([node], task)).Write("t").Scheduled();

        Assert.Equal(Reasons.NoMatchingNode, told.Reason);
        Assert.Equal(
            "0 of 1 nodes match: 1 without a model that takes images. Nearest is a: the task has images, and blind on a takes none. "
            + "To let it match: serve a model with vision on a (llama-server: with --mmproj), or leave spec.payload.images out.",
            told.Message);
    }

    /// <summary>What the host found of its only model, and whether a task gets it.</summary>
    public static TheoryData<string?, bool> Forms => new()
    {
        { null, true },
        { "native", true },
        { "tagged-json", true },
        { "prompted", true },
        { "structured", true },
        { "of-a-later-release", true },
        { "none", false },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_model_that_was_found_to_call_no_tools_is_given_to_no_task_that_is_done_by_calls(string? form, bool matches)
    {
        var node = Of([new() { Url = Url }], [Calling("qwen", form)]);

        Assert.Equal(matches ? "qwen" : null, Given.Decide(Given.Cluster([node], Given.Task("t"))).Write("t").After.Status.Model?.Name);
    }

    [Fact]
    public void Another_model_of_the_host_that_calls_tools_or_was_not_tried_is_given_instead()
    {
        foreach (var form in new[] { "structured", null })
        {
            var node = Of([new() { Url = Url }], [Calling("mute", "none"), Calling("other", form) with { Loaded = false, DecodeTokensPerSecond = 1 }]);

            Assert.Equal("other", Given.Decide(Given.Cluster([node], Given.Task("t"))).Write("t").After.Status.Model?.Name);
        }
    }

    [Fact]
    public void A_task_waits_for_a_host_whose_model_calls_tools_and_says_which_is_nearest_and_what_to_do()
    {
        var mute = Of([new() { Url = Url }], [Calling("qwen", "none")]);
        var task = Given.Task("t").With(s => s with { ModelRef = "qwen" });

        var waiting = Given.Decide(Given.Cluster([mute], Given.Task("t"))).Write("t").Scheduled();
        var named = Given.Decide(Given.Cluster([mute], task)).Write("t").Scheduled();
        var placed = Given.Decide(Given.Cluster([mute, Given.Node("b")], task)).Write("t");

        Assert.Equal((Kubernetes.Conditions.False, Reasons.NoMatchingNode), (waiting.Status, waiting.Reason));
        Assert.Equal(
            "0 of 1 nodes match: 1 without a model that calls tools. Nearest is a: the task is done by calls of tools, and qwen on a called none in any way when the agent tried. "
            + "To let it match: serve a model that calls tools on a.",
            waiting.Message);
        Assert.EndsWith("To let it match: serve qwen on a by a server or with a chat template by which it calls tools, or ask for another model.", named.Message, StringComparison.Ordinal);
        Assert.Equal("b", placed.After.Status.AssignedNode);
    }

    [Fact]
    public void A_task_with_images_needs_one_model_that_sees_and_calls()
    {
        var node = Of([new() { Url = Url }], [Calling("seeing", "none") with { Vision = true }, Calling("blind", "native") with { Vision = false }]);
        var task = Given.Task("t").With(s => s with { Payload = s.Payload with { Images = ["a.png"] } });

        var told = Given.Decide(Given.Cluster([node], task)).Write("t").Scheduled();

        Assert.Contains("1 without a model that calls tools. Nearest is a: the task is done by calls of tools, and seeing on a called none", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_operators_own_model_server_is_not_used_for_calls_either_when_a_host_found_that_its_model_makes_none()
    {
        var node = Of([new() { Url = "http://gateway" }], [Calling("qwen", "none") with { Server = "http://gateway" }]);
        var cluster = Given.Cluster([node], Given.Task("t")) with { Settings = new() { Identity = "operator/1", InferenceBaseUrlOverride = "http://gateway" } };

        var told = Given.Decide(cluster).Write("t").Scheduled();

        Assert.Contains("qwen on http://gateway called none in any way", told.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("freeform", true)]
    [InlineData("issue-fix", true)]
    [InlineData("review", true)]
    [InlineData("of-a-later-release", true)]
    [InlineData("verify", false)]
    [InlineData("integrate", false)]
    [InlineData("reconcile", false)]
    public void Only_kinds_that_are_done_by_a_model_need_calls(string kind, bool needs)
    {
        var task = Given.Task("t").With(s => s with { Kind = new(kind) });
        var demand = DemandReader.Read(task, null, new FixedServers.Answer(null, null));
        var node = new NodeView(Of([new() { Url = Url }], [Calling("qwen", "none")]), NodeLiveness.Live, null, null);

        Assert.Equal(needs, ModelClauses.ToolCalls(new MatchContext(demand, node, PlacementRegistry.Default)) is not null);
    }

    [Fact]
    public void A_stub_agent_calls_no_tools_and_is_asked_for_none()
    {
        var node = Of([new() { Url = Url }], [Calling("qwen", "none")]);
        node = node with { Metadata = node.Metadata with { Labels = new Dictionary<string, string> { [Labels.AgentMode] = "stub" } } };

        Assert.IsType<AssignTask>(Given.Decide(Given.Cluster([node], Given.Task("t"))).Write("t"));
    }

    private static ServedModel Calling(string name, string? form) => Given.Model(name) with { ToolCalls = form is null ? null : new ToolCallForm(form) };

    private static FleetNode Of(ModelServer[] servers, ServedModel[] models)
    {
        var node = Given.Node("a");
        return node with { Status = node.Status! with { Capability = node.Status.Capability! with { ModelServers = servers, Models = models } } };
    }
}
