using System.Text;
using System.Text.Json;
using Foreman.AgentLoop.Loop.Modes;
using Foreman.AgentLoop.Settings;
using Foreman.Api;
using Foreman.Tools;

namespace Foreman.AgentLoop.Loop;

/// <summary>What does not change during a run.</summary>
internal sealed record LoopRules
{
    /// <summary>Answers without a tool call in a row that are asked again.</summary>
    internal const int MaxNoCallReprompts = 2;

    /// <summary>Answers of nothing but reasoning in a row that are asked again.</summary>
    internal const int MaxReasoningOnlyReprompts = 4;

    /// <summary>Answers cut at the output limit in a row that are asked again.</summary>
    internal const int MaxTruncatedReprompts = 3;

    /// <summary>Answers that the server broke off because of their repeats, in a row, that are asked again.</summary>
    internal const int MaxRepeatingReprompts = 2;

    /// <summary>An answer always gets so many tokens, however full the window seems.</summary>
    internal const int MinOutputTokens = 256;

    private long? _toolCost;
    private long? _toolBytes;

    internal required EffectiveSettings Settings { get; init; }

    internal required ToolCatalog Catalog { get; init; }

    /// <summary>What is done about the faults of small models.</summary>
    internal LoopDefences Defences { get; init; } = LoopDefences.All;

    /// <summary>The model's name as its server wants it.</summary>
    internal required string Model { get; init; }

    /// <summary>How tools are offered.</summary>
    internal RequestMode Mode { get; init; }

    /// <summary>True when the server counts the tokens of a prompt exactly.</summary>
    internal bool CountsTokens { get; init; }

    /// <summary>How often the model may correct a result that is not accepted; null when every result is.</summary>
    internal int? ResultRounds { get; init; }

    /// <summary>The same objects in the same order in every request: they stand at the head of the prompt.</summary>
    internal IReadOnlyList<ToolDefinition> Definitions => Catalog.Definitions;

    internal IReadOnlyDictionary<string, JsonElement>? TemplateArguments => field ??=
        Settings.ChatTemplateKwargs?.ToDictionary(p => p.Key, p => JsonElement.Parse(p.Value?.ToJsonString() ?? "null"));

    /// <summary>True when a tool of this name changes nothing; an unknown one may change something.</summary>
    internal static bool IsReadOnly(string tool) => KnownTools.TraitsOf(tool)?.HasFlag(ToolTraits.ReadOnly) ?? false;

    /// <summary>What the system message says of the tools; empty where they stand in a field of their own.</summary>
    internal string ToolText => field ??= ToolPrompt.Of(Mode, Definitions);

    /// <summary>The schema of an answer; null where answers are free.</summary>
    internal string? AnswerSchema => Mode is RequestMode.Structured ? (field ??= CallSchema.Of(Definitions)) : null;

    /// <summary>Tokens of the tools' descriptions and schemas at most: see <see cref="TokenCost"/>.</summary>
    internal long ToolCost => _toolCost ??= Mode is not RequestMode.Native ? TokenCost.Of(ToolText)
        : Definitions.Sum(d => (long)TokenCost.Of(d.Name) + TokenCost.Of(d.Description) + TokenCost.Of(d.Parameters));

    /// <summary>UTF-8 bytes of the tools' descriptions and schemas.</summary>
    internal long ToolBytes => _toolBytes ??= Mode is not RequestMode.Native ? Encoding.UTF8.GetByteCount(ToolText)
        : Definitions.Sum(d => (long)d.Name.Length + d.Description.Length + d.Parameters.Length);
}
