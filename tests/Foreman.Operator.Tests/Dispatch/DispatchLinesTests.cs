using Foreman.Api;
using Foreman.Operator.Dispatch;

namespace Foreman.Operator.Tests.Dispatch;

public class DispatchLinesTests
{
    [Fact]
    public void A_task_is_followed_by_phase_turn_tokens_and_tool()
    {
        var pending = State(Task(TaskPhase.Pending));
        var running = State(Task(TaskPhase.Running) with { Turns = [new(1, "read_file a.txt")] });
        var later = State(Task(TaskPhase.Running, new TaskProgress { Turn = 2, PromptTokens = 12345, CompletionTokens = 678, Tool = "str_replace" }) with { Turns = [new(1, "read_file a.txt"), new(2, "str_replace a.txt", true)] });
        var done = State(Task(TaskPhase.Succeeded, new TaskProgress { Turn = 3 }) with { Turns = later.Tasks[0].Turns.Add(new(3, "submit_result GO")) });

        Assert.Equal(["  task     t Pending"], DispatchLines.Between(DispatchState.Empty, pending));
        Assert.Equal(["  turn 1   read_file a.txt", "  task     t Running on box, model qwen"], DispatchLines.Between(pending, running));
        Assert.Equal(["  turn 2   str_replace a.txt (failed)", "  progress turn 2, 12,345 tokens read, 678 written, last tool str_replace"], DispatchLines.Between(running, later));
        Assert.Equal(["  turn 3   submit_result GO", "  task     t Succeeded, verdict GO"], DispatchLines.Between(later, done));
        Assert.Empty(DispatchLines.Between(done, done));
    }

    [Fact]
    public void A_task_that_waits_says_why_and_one_that_nobody_looks_at_says_so()
    {
        var waiting = Task(TaskPhase.Pending) with { IsUnseen = true };
        var status = waiting.Task.Status with { Conditions = [new() { Type = ConditionTypes.Scheduled, Status = "False", Reason = Reasons.NoMatchingNode, Message = "0 of 1 nodes match: 1 without local repositories." }] };

        Assert.Equal(["  task     t: " + DispatchLines.Unseen], DispatchLines.Between(State(waiting with { IsUnseen = false }), State(waiting)));
        Assert.Equal(
            ["  task     t Pending: 0 of 1 nodes match: 1 without local repositories."],
            DispatchLines.Between(State(waiting), State(new DispatchedTask(waiting.Task with { Status = status }))));
    }

    [Fact]
    public void A_new_attempt_begins_its_turns_anew()
    {
        var first = Task(TaskPhase.Running) with { Turns = [new(1, "grep x"), new(2, "grep y")] };
        var second = new DispatchedTask(first.Task with { Status = first.Task.Status with { Attempt = 2 } }) { Turns = [new(1, "grep z")] };

        Assert.Equal(["  turn 1   grep z", "  task     t Running on box, model qwen, attempt 2"], DispatchLines.Between(State(first), State(second)));
    }

    [Fact]
    public void Several_tasks_are_told_apart_and_trouble_is_told_once()
    {
        var two = State(Task(TaskPhase.Running) with { Turns = [new(1, "grep x")] }, Task(TaskPhase.Pending, name: "u"));
        var trouble = two with { Trouble = "the Kubernetes API server at https://x can't be reached: refused" };

        Assert.Equal(["  turn 1   t: grep x", "  task     t Running on box, model qwen", "  task     u Pending"], DispatchLines.Between(DispatchState.Empty, two));
        Assert.Equal(["  cluster  the Kubernetes API server at https://x can't be reached: refused; it is tried again"], DispatchLines.Between(two, trouble));
        Assert.Empty(DispatchLines.Between(trouble, trouble));
        Assert.Equal(["  task     u was deleted"], DispatchLines.Between(two, two with { Tasks = [two.Tasks[0], two.Tasks[1] with { IsGone = true }] }));
    }

    [Fact]
    public void A_task_that_failed_before_says_how_to_do_it_again()
    {
        var hints = new DispatchHints(new DispatchRequest { Issues = [42], Repo = "o/r" }, "team");
        var failed = Task(TaskPhase.Failed).Task;

        Assert.Equal(["Task t was created in namespace team."], DispatchLines.Stored(new StoredTask(Task(TaskPhase.Pending).Task, IsNew: true), hints));
        Assert.Single(DispatchLines.Stored(new StoredTask(Task(TaskPhase.Running).Task, IsNew: false), hints));
        Assert.Equal("To do it again, give another --name, and --overwrite to replace its branch.", DispatchLines.Stored(new StoredTask(failed, IsNew: false), hints).Last());
        Assert.Single(DispatchLines.Stored(new StoredTask(failed, IsNew: false), hints with { Request = new DispatchRequest { Name = "t" } }));
    }

    [Fact]
    [Trait("Kind", "15")]
    public void Control_characters_of_a_model_do_not_reach_the_terminal()
    {
        var line = Assert.Single(DispatchLines.Between(State(Task(TaskPhase.Running)), State(Task(TaskPhase.Running) with { Turns = [new(1, "said: \u001b[2Jgone\r\nfake")] })));

        Assert.DoesNotContain(line, char.IsControl);
    }

    internal static DispatchState State(params DispatchedTask[] tasks) => new([.. tasks]);

    internal static DispatchedTask Task(TaskPhase phase, TaskProgress? progress = null, string name = "t") => new(new AgenticTask
    {
        Metadata = new() { Name = name },
        Status = new()
        {
            Phase = phase,
            Attempt = phase == TaskPhase.Pending ? 0 : 1,
            AssignedNode = phase == TaskPhase.Pending ? null : "box",
            Model = phase == TaskPhase.Pending ? null : new() { Name = "qwen" },
            Verdict = phase.IsTerminal() ? Verdict.Go : null,
            Progress = progress,
        },
    });
}
