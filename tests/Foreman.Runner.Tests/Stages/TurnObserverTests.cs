using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Runner.Stages;
using Foreman.Runner.Tests.Scene;
using Foreman.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Foreman.Runner.Tests.Stages;

[Trait("Kind", "1")]
public sealed class TurnObserverTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly List<(TimeSpan At, TaskProgress Progress)> _reports = [];
    private readonly TurnObserver _observer;

    public TurnObserverTests() => _observer = new TurnObserver(p => _reports.Add((_clock.Elapsed, p)), Tasks.Held(), _clock, NullLogger.Instance);

    [Fact]
    public void A_turn_that_goes_on_is_reported_again_once_a_minute()
    {
        _observer.TurnEnded(new RunProgress(3, "grep", 900, 80));
        Pass(TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(1));

        Assert.Equal(Enumerable.Range(0, 21).Select(m => TimeSpan.FromMinutes(m)), _reports.Select(r => r.At));
        Assert.All(_reports, r => Assert.Equal(
            new TaskProgress { Turn = 3, Tool = "grep", PromptTokens = 900, CompletionTokens = 80, Edits = 0, WorkedSeconds = (long)r.At.TotalSeconds }, r.Progress));
    }

    [Fact]
    public void The_first_turn_is_reported_before_its_end_too()
    {
        Pass(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(30));

        Assert.Equal(
            [(TimeSpan.FromMinutes(1), new TaskProgress { Edits = 0, WorkedSeconds = 60 }), (TimeSpan.FromMinutes(2), new TaskProgress { Edits = 0, WorkedSeconds = 120 })],
            _reports);
    }

    [Fact]
    public void What_an_earlier_attempt_changed_is_told_once_it_is_known()
    {
        var resumed = new TurnObserver(p => _reports.Add((_clock.Elapsed, p)), Tasks.Held(), _clock, NullLogger.Instance) { ResumedFrom = new() { Attempt = 1, Turn = 4 } };
        _clock.Advance(TimeSpan.FromMinutes(1));
        resumed.StillRunning();
        resumed.TurnEnded(new RunProgress(5, "bash", 0, 0) { Edits = 3 });

        Assert.Equal([null, 3], _reports.Select(r => r.Progress.Edits));
    }

    [Fact]
    public void A_changed_file_is_told_before_the_end_of_its_turn()
    {
        _observer.Edited();
        Pass(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30));
        _observer.TurnEnded(new RunProgress(1, "bash", 0, 0) { Edits = 1 });
        _observer.Edited();
        _observer.Edited();
        Pass(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30));
        _observer.TurnEnded(new RunProgress(2, "bash", 0, 0) { Edits = 2 });

        Assert.Equal([1, 1, 3, 2], _reports.Select(r => r.Progress.Edits!.Value));
    }

    [Fact]
    public void Waits_for_the_model_server_are_no_work()
    {
        _clock.Advance(TimeSpan.FromSeconds(10));
        _observer.Waiting(new ModelWait(ModelWaitReason.Busy, "busy", _clock.GetUtcNow(), null));
        _clock.Advance(TimeSpan.FromSeconds(100));
        _observer.Waiting(new ModelWait(ModelWaitReason.Busy, "busy", _clock.GetUtcNow(), null));
        _clock.Advance(TimeSpan.FromSeconds(100));
        _observer.StillRunning();
        _clock.Advance(TimeSpan.FromSeconds(30));
        _observer.Waiting(null);
        _clock.Advance(TimeSpan.FromSeconds(5));
        _observer.TurnEnded(new RunProgress(1, null, 0, 0));

        Assert.Equal([10L, 15L], _reports.Select(r => r.Progress.WorkedSeconds!.Value));
    }

    [Fact]
    public void Each_end_of_a_turn_is_reported_at_once_and_starts_the_minute_anew()
    {
        for (var turn = 1; turn <= 10; turn++)
        {
            Pass(TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(1));
            _observer.TurnEnded(new RunProgress(turn, null, 0, 0));
        }

        Assert.Equal(Enumerable.Range(1, 10), _reports.Select(r => r.Progress.Turn));
    }

    [Fact]
    public void A_run_that_gives_no_sign_reports_nothing()
    {
        _clock.Advance(TimeSpan.FromMinutes(20));

        Assert.Empty(_reports);
    }

    [Fact]
    public void A_wait_is_part_of_the_reports_while_it_lasts_and_makes_none_of_its_own()
    {
        _observer.TurnEnded(new RunProgress(3, "grep", 900, 80));
        _observer.Waiting(new ModelWait(ModelWaitReason.Loading, "503: Loading model", _clock.GetUtcNow(), _clock.GetUtcNow().AddMinutes(10)));
        Pass(TimeSpan.FromSeconds(150), TimeSpan.FromSeconds(1));
        _observer.Waiting(null);
        Pass(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(1));

        Assert.Equal(Enumerable.Range(0, 4).Select(m => TimeSpan.FromMinutes(m)), _reports.Select(r => r.At));
        Assert.Equal([null, "ModelLoading", "ModelLoading", null], _reports.Select(r => r.Progress.Waiting?.Reason));
        Assert.Equal((3, "503: Loading model"), (_reports[1].Progress.Turn, _reports[1].Progress.Waiting!.Message));
        Assert.Equal(TimeSpan.FromMinutes(10), _reports[1].Progress.Waiting!.Until - _reports[1].Progress.Waiting!.Since);
    }

    [Fact]
    public void MCP_servers_that_the_run_goes_without_are_part_of_every_report()
    {
        _observer.McpFaults(["MCP server a: refused"]);
        _observer.TurnEnded(new RunProgress(1, null, 0, 0));
        Pass(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(30));

        Assert.Equal(2, _reports.Count);
        Assert.All(_reports, r => Assert.Equal(["MCP server a: refused"], r.Progress.McpFaults));
    }

    private void Pass(TimeSpan time, TimeSpan step)
    {
        for (var end = _clock.Elapsed + time; _clock.Elapsed < end;)
        {
            _clock.Advance(step);
            _observer.StillRunning();
        }
    }
}
