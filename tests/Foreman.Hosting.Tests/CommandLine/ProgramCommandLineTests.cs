using System.CommandLine;

namespace Foreman.Hosting.Tests.CommandLine;

public class ProgramCommandLineTests
{
    [Fact]
    public async Task The_exit_code_of_the_command_is_returned() => Assert.Equal((7, ""), await RunAsync(() => 7));

    [Fact]
    public async Task A_wrong_command_line_is_usage()
    {
        var (code, error) = await RunAsync(() => 0, "--no-such-flag");

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Equal("prog: Unrecognized command or argument '--no-such-flag'|Run `prog --help` for the flags and commands.|", error);
    }

    [Fact]
    public async Task Every_message_of_an_exit_is_written_behind_the_name() =>
        Assert.Equal((78, "prog: one|prog: two|"), await RunAsync(() => throw new ExitException(ExitCodes.BadConfiguration, ["one", "two"])));

    [Fact]
    public async Task Exceptions_of_libraries_are_translated() =>
        Assert.Equal((3, "prog: far|"), await RunAsync(() => throw new TimeoutException("far")));

    [Fact]
    public async Task A_defect_is_one_line_without_control_characters() => Assert.Equal(
        (1, "prog: internal error: InvalidOperationException: a\\nb. This is a defect of the program: please report it|"),
        await RunAsync(() => throw new InvalidOperationException("a\nb")));

    [Theory]
    [InlineData("@maria is right")]
    [InlineData("@no-such-file")]
    public async Task An_argument_that_begins_with_an_at_sign_names_no_file(string text)
    {
        var argument = new Argument<string>("ANSWER");
        string? got = null;
        var root = new RootCommand { argument };
        root.SetAction(parsed => got = parsed.GetValue(argument));

        Assert.Equal(0, await ProgramCommandLine.RunAsync(root, "prog", [text], new ConsoleStreams(TextWriter.Null, TextWriter.Null, _ => null)));
        Assert.Equal(text, got);
    }

    private static async Task<(int Code, string Error)> RunAsync(Func<int> action, params string[] arguments)
    {
        await using var error = new StringWriter { NewLine = "|" };
        var root = new RootCommand();
        root.SetAction(_ => action());
        var code = await ProgramCommandLine.RunAsync(
            root, "prog", arguments, new ConsoleStreams(TextWriter.Null, error, _ => null),
            e => e is TimeoutException ? new ExitException(ExitCodes.NotReachable, e.Message) : null);
        return (code, error.ToString());
    }
}
