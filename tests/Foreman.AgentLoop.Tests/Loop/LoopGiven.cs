using Foreman.AgentLoop.Loop;
using Foreman.AgentLoop.Model;
using Foreman.AgentLoop.Settings;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Tests.Loop;

/// <summary>What tests of the machine begin with.</summary>
internal static class LoopGiven
{
    /// <summary>The settings of the built-in Agent over a window.</summary>
    internal static EffectiveSettings Settings(int window) => EffectiveSettings.Resolve(null, new AgenticTaskSpec { Kind = TaskKind.Freeform }, window);

    /// <summary>The rules of a run with these settings.</summary>
    internal static LoopRules Rules(EffectiveSettings settings) => new() { Settings = settings, Catalog = ToolCatalog.Of(settings.Tools), Model = "m" };

    /// <summary>An answer that calls a tool.</summary>
    internal static LoopEvent.Answered Call(string tool, string arguments, long prompt = 100) =>
        new(new ChatAnswer { Calls = [new RawToolCall(tool, arguments)], Usage = new TokenUsage(prompt, 0, 10) });
}
