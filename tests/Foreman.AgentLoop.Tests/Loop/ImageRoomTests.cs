using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Settings;
using Foreman.AgentLoop.Tests.Model;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Tools;
using Foreman.Tools.Images;

namespace Foreman.AgentLoop.Tests.Loop;

/// <summary>Images of tool results in the conversation, by the machine alone.</summary>
public sealed class ImageRoomTests
{
    private static readonly ToolImage Picture = new("image/png", 448, 448, Pictures.PngBytes);

    [Fact]
    public void An_image_of_a_result_is_shown_with_it_and_counts_against_the_window()
    {
        var run = new Run(Rules());
        var before = Cost(run);

        run.Turn(new ToolOutcome("[image 1]") { Images = [Picture] });

        var message = run.Asked!.Messages[^1];
        Assert.Equal((ChatRole.Tool, "[image 1]"), (message.Role, message.Content));
        Assert.Equal(Pictures.PngBytes, Assert.Single(message.Images).Bytes);
        Assert.InRange(Cost(run) - before, 256, 320);
    }

    [Fact]
    public void Without_vision_an_image_is_named_only()
    {
        var run = new Run(Rules(vision: null));

        run.Turn(new ToolOutcome("[image 1]") { Images = [Picture] });

        Assert.Equal("[image 1]\n[1 of 1 images not shown: this Agent has no vision]", run.Asked!.Messages[^1].Content);
        Assert.Empty(run.Asked.Messages[^1].Images);
    }

    [Fact]
    public void One_image_more_than_a_request_carries_masks_all_results_with_images_of_earlier_turns_at_once()
    {
        var run = new Run(Rules());
        for (var turn = 0; turn < 9; turn++)
        {
            run.Turn(new ToolOutcome($"[image {turn}]") { Images = [Picture] });
            Assert.InRange(run.Asked!.Messages.Sum(m => m.Images.Count), 1, 4);
            Assert.Single(run.Asked.Messages[^1].Images);
        }

        // Four, one step, four, one step: the prompt's beginning changes twice in nine turns.
        var steps = run.Records.OfType<HistoryCompacted>().ToArray();
        Assert.Equal([(4, 4), (8, 4)], steps.Select(s => (s.Turn - 1, s.MaskedCallIds.Count)));
        Assert.StartsWith("[image 0]\n[rest of the result of read_file left out to save room: 9 characters and an image in all", run.Asked!.Messages[3].Content, StringComparison.Ordinal);
        run.AssertReplays();
    }

    [Fact]
    public void The_tasks_own_images_are_never_masked_and_take_room_from_the_others()
    {
        var own = Enumerable.Repeat(Pictures.Png, 3).ToArray();
        var run = new Run(Rules(), own);
        for (var turn = 0; turn < 3; turn++)
        {
            run.Turn(new ToolOutcome("two") { Images = [Picture, Picture] });

            Assert.Equal("two\n[1 of 2 images not shown: a request carries at most 4 (spec.vision.maxImages)]", run.Asked!.Messages[^1].Content);
            Assert.Equal(3, run.Asked.Messages[1].Images.Count);
            Assert.Equal(4, run.Asked.Messages.Sum(m => m.Images.Count));
        }

        run.AssertReplays();
    }

    [Fact]
    public void An_image_that_the_window_has_no_room_for_is_named_only()
    {
        var run = new Run(Rules(window: 2000));

        run.Turn(new ToolOutcome("large") { Images = [Picture with { Width = 1920, Height = 1080 }] });

        Assert.Equal("large\n[1 of 1 images not shown: the context window has no room for them]", run.Asked!.Messages[^1].Content);
    }

    [Fact]
    public void All_images_of_a_conversation_have_a_bound_of_bytes()
    {
        var large = Picture with { Content = new byte[5 << 20] };
        var run = new Run(Rules(new ImageLimits(ImageLimits.MaxTotalBase64Bytes, 9)));

        run.Turn(new ToolOutcome("three") { Images = [large, large, large] });

        Assert.Equal("three\n[1 of 3 images not shown: a conversation carries no more bytes of images]", run.Asked!.Messages[^1].Content);
    }

    [Fact]
    public void A_server_that_refuses_images_of_results_is_asked_again_without_them_and_gets_no_more()
    {
        var run = new Run(Rules());
        run.Turn(new ToolOutcome("[image 1]") { Images = [Picture] });

        run.On(new LoopEvent.Unanswered(new ModelFailure(ModelFailureKind.ImagesRefused, "image input is not supported")));

        Assert.Null(run.Step.State.Outcome);
        Assert.Equal("[image 1]\n[its images are not shown: the model server takes none]", run.Asked!.Messages[^1].Content);
        run.Turn(new ToolOutcome("[image 2]") { Images = [Picture] });
        Assert.Equal("[image 2]\n[1 of 1 images not shown: the model server takes none]", run.Asked!.Messages[^1].Content);
        Assert.All(run.Asked.Messages, m => Assert.Empty(m.Images));
        Assert.Equal("image input is not supported", Assert.Single(run.Records.OfType<ImagesRefused>()).Reason);
        run.AssertReplays();
    }

    [Fact]
    public void A_server_that_refuses_the_tasks_own_images_ends_the_run_by_name()
    {
        var run = new Run(Rules(), Pictures.Png);
        run.Turn(new ToolOutcome("[image 1]") { Images = [Picture] });

        run.On(new LoopEvent.Unanswered(new ModelFailure(ModelFailureKind.ImagesRefused, "image input is not supported")));

        var outcome = run.Step.State.Outcome!;
        Assert.Equal((FailureReason.VisionUnavailable, TaskPhase.Failed), (outcome.Reason, outcome.Phase));
        Assert.Equal("the model can't see the task's images: image input is not supported", outcome.Summary);
    }

    [Fact]
    public void A_resumed_run_shows_images_again_to_a_model_that_may_see()
    {
        var run = new Run(Rules());
        run.Turn(new ToolOutcome("[image 1]") { Images = [Picture] });
        run.On(new LoopEvent.Unanswered(new ModelFailure(ModelFailureKind.ImagesRefused, "no")));

        Assert.True(run.Step.State.IsBlind);
        Assert.False(TranscriptReplay.Of(run.Rules, [.. run.Records, new RunResumed { Attempt = 1, Turn = 1 }]).IsBlind);
    }

    private static long Cost(Run run) => PromptGauge.CostOf(run.Step.State.History, run.Rules.ToolCost);

    private static LoopRules Rules(int window = 30_000) => Rules(new ImageLimits(4 << 20, 4), window);

    private static LoopRules Rules(ImageLimits? vision, int window = 30_000)
    {
        var settings = EffectiveSettings.Resolve(null, new AgenticTaskSpec { Kind = TaskKind.Freeform }, window) with { RepeatedToolThreshold = 0, EditFreeTurnsLimit = 0, Images = vision };
        return new LoopRules { Settings = settings, Catalog = ToolCatalog.Of(settings.Tools), Model = "m" };
    }

    /// <summary>A run in which each turn reads something.</summary>
    private sealed class Run
    {
        private int _read;

        internal Run(LoopRules rules, params SentImage[] images)
        {
            Rules = rules;
            Step = LoopMachine.Start(rules, "system", "prompt", images);
            Keep();
        }

        internal LoopRules Rules { get; }

        internal LoopStep Step { get; private set; }

        internal List<TranscriptRecord> Records { get; } = [];

        internal ChatRequest? Asked => Step.Effects.OfType<LoopEffect.Ask>().SingleOrDefault()?.Request;

        internal void Turn(ToolOutcome outcome)
        {
            On(new LoopEvent.Answered(new ChatAnswer { Calls = [new RawToolCall("read_file", $$"""{"path":"{{_read++}}"}""")], Usage = new TokenUsage(0, 0, 10) }));
            On(new LoopEvent.ToolRan(Step.Effects.OfType<LoopEffect.Run>().Single().Call, outcome));
        }

        internal void On(LoopEvent happened)
        {
            Step = LoopMachine.Next(Rules, Step.State, happened);
            Keep();
        }

        /// <summary>The records, stored and read again, give the conversation.</summary>
        internal void AssertReplays()
        {
            var contents = new Dictionary<ContentRef, byte[]>();
            var records = Records.Select(record =>
            {
                var slim = LargeContent.Split(record, out var beside);
                beside.ToList().ForEach(c => contents[c.Ref] = c.Bytes.ToArray());
                var line = new System.Buffers.ArrayBufferWriter<byte>();
                TranscriptLine.Write(slim, line);
                Assert.DoesNotContain(Pictures.PngBase64[..40], System.Text.Encoding.UTF8.GetString(line.WrittenSpan), StringComparison.Ordinal);
                return LargeContent.Join(TranscriptLine.Read(line.WrittenSpan[..^1])!, name => contents[name]);
            }).ToArray();

            var replayed = TranscriptReplay.Of(Rules, records);

            Assert.Equal(Shown(Step.State), Shown(replayed));
            Assert.Equal(Step.State.IsBlind, replayed.IsBlind);
        }

        private static IEnumerable<string> Shown(LoopState state) => state.History.Select(h =>
            $"{h.Message.Role} {h.Turn} {h.Message.Content} {string.Join(' ', h.Message.Images.Select(i => $"{i.MediaType} {i.Width} {i.Height} {Convert.ToBase64String(i.Bytes!)}"))}");

        private void Keep() => Records.AddRange(Step.Effects.OfType<LoopEffect.Append>().Select(a => a.Record));
    }
}
