using Foreman.Hosting;
using Foreman.Operator.Dispatch;
using Foreman.Workloads;

namespace Foreman.Operator.Tests.Dispatch;

public class IntentInputTests
{
    private static readonly DispatchRequest Dash = new() { Batch = new() { Intent = "-" } };

    [Fact]
    public async Task The_words_of_standard_input_are_the_intent_without_their_last_line_end()
    {
        Assert.Equal("Make it fast.\n\nAnd small.", (await ReadAsync(Dash, "Make it fast.\n\nAnd small.\n")).Batch!.Intent);
        Assert.Equal("Make it fast.", (await ReadAsync(Dash, "Make it fast.\r\n")).Batch!.Intent);
        Assert.Equal(IntentPlanners.MaxIntent, (await ReadAsync(Dash, new string('x', IntentPlanners.MaxIntent) + "\n")).Batch!.Intent!.Length);
    }

    [Fact]
    public async Task It_is_not_read_where_nobody_asks_for_it()
    {
        var request = new DispatchRequest { Batch = new() { Intent = "make it fast" } };

        Assert.Same(request, await IntentInput.ReadAsync(request, Console(() => throw new InvalidOperationException("read")), TestContext.Current.CancellationToken));
        Assert.Null((await ReadAsync(new DispatchRequest(), "x")).Batch);
    }

    [Theory]
    [InlineData("--intent is empty", 0)]
    [InlineData("--intent: it has more than 16384 characters", IntentPlanners.MaxIntent + 1)]
    [InlineData("--intent: it has more than 16384 characters", IntentPlanners.MaxIntent + 2)]
    [InlineData("--intent: it has more than 16384 characters", IntentPlanners.MaxIntent + 3)]
    [InlineData("--intent: it has more than 16384 characters", 1_000_000)]
    public async Task Too_little_and_too_much_is_refused(string message, int length)
    {
        var refused = await Assert.ThrowsAsync<ExitException>(() => ReadAsync(Dash, new string('x', length)));

        Assert.Equal(ExitCodes.Usage, refused.ExitCode);
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_stands_behind_many_empty_lines_is_not_lost() =>
        await Assert.ThrowsAsync<ExitException>(() => ReadAsync(Dash, $"{new string('x', IntentPlanners.MaxIntent)}\r\n\r\nand more"));

    private static Task<DispatchRequest> ReadAsync(DispatchRequest request, string text) =>
        IntentInput.ReadAsync(request, Console(() => new StringReader(text)), TestContext.Current.CancellationToken);

    private static ConsoleStreams Console(Func<TextReader> input) => new(TextWriter.Null, TextWriter.Null, _ => null) { In = input };
}
