using System.Globalization;
using Foreman.AgentLoop;
using Foreman.Api;
using Foreman.Sandbox;
using Foreman.Testing;

namespace Foreman.Bench.Loop;

/// <summary>What completed goals cost in tokens, with the real llama-server and its tiny model.</summary>
internal static class GoalTokens
{
    private static readonly (string Prompt, string Tool)[] Goals =
    [
        ("Write a file named hello.txt with the text: good morning", "write_file"),
        ("Read the file notes.txt and report its text.", "read_file"),
        ("Replace blue with green in the file notes.txt.", "str_replace"),
        ("Find apple in the files.", "grep"),
        ("Run the command: cp notes.txt copy.txt", "bash"),
    ];

    public static async Task<IReadOnlyList<LoopRow>> MeasureAsync(TimeProvider time, CancellationToken stop)
    {
        const string What = "tokens of a completed goal (five goals, two turns each)";
        var (cage, why) = await Cages.FindAsync(Cages.OfHost(), time, stop);
        if ((LlamaServer.SkipReason ?? (cage is null ? why : null)) is { } missing)
        {
            return [LoopRow.NotMeasured(What, missing, "")];
        }

        using var folder = new TempFolder("foreman-bench-");
        await using var server = await LlamaServer.StartAsync("-np", "1", "-c", "2048");
        var runs = new LoopRuns(folder, time, stop) { Cage = cage };
        var used = new Usage();
        foreach (var (prompt, tool) in Goals)
        {
            _ = folder.Write($"{tool}/notes.txt", "the sky is blue\n");
            _ = folder.Write($"{tool}/src/a.txt", "one red apple\n");
            var agent = new AgentSpec { Role = AgentRole.Coder, Tools = [tool, "submit_result"], Temperature = "0" };
            var result = await runs.RunAsync(tool, new ModelEndpoint(new Uri(server.Url), server.ModelName), agent, prompt, 2048);
            used = result.Envelope.Verdict == Verdict.Go
                ? used.Plus(result.Usage)
                : throw new InvalidOperationException($"`{prompt}` ended with {result.Envelope.Verdict}: {result.Envelope.Summary}");
        }

        double Each(long tokens) => (double)tokens / Goals.Length;
        return
        [
            new(
                What,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Each(used.PromptTokens + used.CompletionTokens):0}: {Each(used.PromptTokens):0} of prompts ({Each(used.CachedTokens):0} from the cache), {Each(used.CompletionTokens):0} written"),
                ""),
        ];
    }
}
