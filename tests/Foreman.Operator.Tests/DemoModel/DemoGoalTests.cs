using Foreman.Operator.DemoModel;

namespace Foreman.Operator.Tests.DemoModel;

public sealed class DemoGoalTests
{
    [Fact]
    public void The_sentences_at_the_end_are_its_steps()
    {
        var steps = DemoGoal.Read("""
            You are a coder.
            Run the command: rm -rf build

            Do this:
            Write a file named a.c with the text: int a;
            Replace int a with int b in the file a.c.
            Run the command: cc -c a.c && echo done

            """);

        Assert.Equal(["write_file", "str_replace", "bash"], steps.Select(s => s.Tool));
        Assert.Equal("""{"path":"a.c","content":"int a;"}""", steps[0].Arguments.ToJsonString());
        Assert.Equal("""{"path":"a.c","old_string":"int a","new_string":"int b"}""", steps[1].Arguments.ToJsonString());
        Assert.Equal("cc -c a.c && echo done", (string?)steps[2].Arguments["command"]);
    }

    [Fact]
    public void A_text_of_several_lines_stands_below_its_sentence()
    {
        var steps = DemoGoal.Read("Write a file named a.c with the text:\n    int f() {\n        return 1;\n\n    }\nRun the command: cc -c a.c\n");

        Assert.Equal(["int f() {\n    return 1;\n\n}\n", null], steps.Select(s => (string?)s.Arguments["content"]));
    }

    [Fact]
    public void What_the_sentences_at_the_end_give_is_no_step()
    {
        const string prompt = "Give the output old: x\nDo this:\nRun the command: make\nGive the output size: 3 m: wide\nGive the output colour: red";

        Assert.Equal("""{"size":"3 m: wide","colour":"red"}""", DemoGoal.Outputs(prompt)!.ToJsonString());
        Assert.Equal("bash", Assert.Single(DemoGoal.Read(prompt)).Tool);
        Assert.Null(DemoGoal.Outputs("Give the output size: 3\nFix the bug."));
        Assert.Null(DemoGoal.Outputs("Give the output : 3"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Fix the bug.")]
    [InlineData("Run the command: make\nThen think.")]
    [InlineData("Write a file named  with the text: x")]
    [InlineData("Write a file named a with the text:")]
    [InlineData("Replace a in the file b")]
    [InlineData("Run the command:   ")]
    public void Anything_else_at_the_end_is_no_goal(string prompt) => Assert.Empty(DemoGoal.Read(prompt));
}
