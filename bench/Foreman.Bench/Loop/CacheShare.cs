using System.Globalization;
using Foreman.AgentLoop.Transcripts;
using Foreman.Api;
using Foreman.Testing;

namespace Foreman.Bench.Loop;

/// <summary>
/// How much of the prompts of a run the real llama-server has in its cache. A script decides what the model answers; what is measured is
/// whether each prompt of the loop begins with the one before and the answer to it.
/// </summary>
internal static class CacheShare
{
    private const int Turns = 30;
    private const double Aim = 95;

    private static string AimText => string.Create(CultureInfo.InvariantCulture, $"≥ {Aim} %");

    // The tiny model's own template leaves most of a conversation out; this one has all of it, as those of real models do.
    private const string Template =
        """
        {%- if tools %}<|im_start|>system
        {% for tool in tools %}{{ tool | tojson }}
        {% endfor %}<|im_end|>
        {% endif %}{% for message in messages %}<|im_start|>{{ message.role }}
        {{ message.content }}{% for call in message.tool_calls or [] %}<tool_call>{{ call.function | tojson }}</tool_call>{% endfor %}<|im_end|>
        {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
        {% endif %}
        """;

    public static async Task<IReadOnlyList<LoopRow>> MeasureAsync(TimeProvider time, CancellationToken stop)
    {
        const string What = "prompt tokens from the cache of llama-server";
        if (LlamaServer.SkipReason is { } missing)
        {
            return [LoopRow.NotMeasured(What, missing, AimText)];
        }

        using var folder = new TempFolder("foreman-bench-");
        await using var server = await LlamaServer.StartAsync(
            "-np", "1", "-c", "65536", "--override-kv", "llama.context_length=int:65536", "--chat-template-file", folder.Write("chat.jinja", Template));
        using var model = new LoopModel(Turns, 300, time) { Counter = new PromptCounter(server.Url) };
        var runs = new LoopRuns(folder, time, stop);
        var result = await runs.RunToGoAsync("cached", model.Endpoint);
        var (share, later) = (Share(result.Usage), Share(await AfterTheFirstAsync(runs.TranscriptOf("cached"), stop)));
        return
        [
            new(
                $"{What}, {Turns} turns, the first one included",
                string.Create(CultureInfo.InvariantCulture, $"{share:0.0} % of {result.Usage.PromptTokens} tokens, {later:0.0} % from the second turn on"),
                AimText,
                share >= Aim),
        ];
    }

    private static double Share(Usage usage) => 100.0 * usage.CachedTokens / usage.PromptTokens;

    private static async Task<Usage> AfterTheFirstAsync(string path, CancellationToken stop)
    {
        var usage = new Usage();
        await foreach (var record in JsonLinesTranscript.ReadAsync(path, stop))
        {
            usage = record is ModelAnswered { Turn: > 0 } answer ? usage.Plus(answer.Usage) : usage;
        }

        return usage;
    }
}
