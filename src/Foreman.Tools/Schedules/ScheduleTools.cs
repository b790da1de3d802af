using System.Text.Json;
using Foreman.Api;

namespace Foreman.Tools.Schedules;

/// <summary><c>schedule_set</c>: makes or changes a schedule.</summary>
internal sealed class ScheduleSetTool : ITool
{
    private const string Parameters =
        """{"type":"object","properties":{"cron":{"type":"string","description":"five fields as in crontab, @daily and the like, or @every 10m; at least 5 minutes apart"},"task":{"type":"string","description":"what each run is asked to do"},"id":{"type":"string","description":"a-z, 0-9 and dashes; made of the task when left out"},"skill":{"type":"string","description":"name of the Agent that does it; yours when left out"},"timezone":{"type":"string","description":"such as Europe/Berlin; UTC when left out"},"enabled":{"type":"boolean"}},"required":["cron","task"],"additionalProperties":false}""";

    public ToolDefinition Definition { get; } = new(
        KnownTools.ScheduleSet, "Make a schedule that begins a task again and again, or change the one of the same id. Schedules that people declared can't be changed.", Parameters);

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        var given = new ToolArguments(KnownTools.ScheduleSet, arguments, "id", "cron", "task", "skill", "timezone", "enabled");
        var wish = new ScheduleWish(
            given.OptionalText("id"), given.Text("cron"), given.Text("task"), given.OptionalText("skill"), given.OptionalText("timezone"), given.OptionalBoolean("enabled"));
        return ScheduleCalls.RunAsync(KnownTools.ScheduleSet, context, schedules => schedules.SetAsync(wish, budget.Stop));
    }
}

/// <summary><c>schedule_list</c>: the schedules of the task's namespace.</summary>
internal sealed class ScheduleListTool : ITool
{
    private const string Parameters = """{"type":"object","properties":{"enabled_only":{"type":"boolean"}},"additionalProperties":false}""";

    public ToolDefinition Definition { get; } = new(KnownTools.ScheduleList, "List the schedules: when, by whom they were made, when next, and what each run is asked to do.", Parameters);

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        var isEnabledOnly = new ToolArguments(KnownTools.ScheduleList, arguments, "enabled_only").OptionalBoolean("enabled_only") ?? false;
        return ScheduleCalls.RunAsync(KnownTools.ScheduleList, context, schedules => schedules.ListAsync(isEnabledOnly, budget.Stop));
    }
}

/// <summary><c>schedule_delete</c>: deletes a schedule that a model made.</summary>
internal sealed class ScheduleDeleteTool : ITool
{
    private const string Parameters = """{"type":"object","properties":{"id":{"type":"string"}},"required":["id"],"additionalProperties":false}""";

    public ToolDefinition Definition { get; } = new(KnownTools.ScheduleDelete, "Delete a schedule. Runs that have begun go on. Schedules that people declared can't be deleted.", Parameters);

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        var id = new ToolArguments(KnownTools.ScheduleDelete, arguments, "id").Text("id");
        return ScheduleCalls.RunAsync(KnownTools.ScheduleDelete, context, schedules => schedules.DeleteAsync(id, budget.Stop));
    }
}

/// <summary><c>schedule_history</c>: what became of the last times of schedules.</summary>
internal sealed class ScheduleHistoryTool : ITool
{
    private const int Usual = 20;
    private const int Most = 50;

    private const string Parameters =
        """{"type":"object","properties":{"schedule_id":{"type":"string","description":"only this one; all when left out"},"limit":{"type":"integer","minimum":1,"maximum":50}},"additionalProperties":false}""";

    public ToolDefinition Definition { get; } = new(KnownTools.ScheduleHistory, "Show what became of the last times of schedules, newest first.", Parameters);

    public ValueTask<ToolOutcome> RunAsync(JsonElement arguments, ToolContext context, ToolBudget budget)
    {
        var given = new ToolArguments(KnownTools.ScheduleHistory, arguments, "schedule_id", "limit");
        var (id, limit) = (given.OptionalText("schedule_id"), given.OptionalInteger("limit", 1, Most) ?? Usual);
        return ScheduleCalls.RunAsync(KnownTools.ScheduleHistory, context, schedules => schedules.HistoryAsync(id, limit, budget.Stop));
    }
}

/// <summary>What the tools of schedules share.</summary>
internal static class ScheduleCalls
{
    /// <summary>Makes a call of the schedules that a run may use.</summary>
    /// <exception cref="ToolArgumentException">There are none here.</exception>
    internal static async ValueTask<ToolOutcome> RunAsync(string tool, ToolContext context, Func<IScheduleAccess, Task<string>> call)
    {
        if (context.Settings.Schedules is not { } schedules)
        {
            throw new ToolArgumentException($"{tool} works only in runs that an operator with schedules hosts itself, and this is none; go on without it, and say what should be scheduled in your summary");
        }

        try
        {
            return new ToolOutcome(await call(schedules).ConfigureAwait(false));
        }
        catch (ScheduleAccessException e)
        {
            return ToolOutcome.Error(e.Message);
        }
    }
}
