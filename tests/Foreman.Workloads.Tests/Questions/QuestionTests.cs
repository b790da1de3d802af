using Foreman.Api;

namespace Foreman.Workloads.Tests.Questions;

public sealed class QuestionTests
{
    private static readonly Workload Asking = Given.Workload("w", Given.Batch(1)) with
    {
        Status = new() { Questions = [new() { Step = "code-1", Question = "Which?", Answer = "The first." }, new() { Step = "code-2", Question = "And here?" }] },
    };

    [Fact]
    public void The_first_answer_stands_and_the_newest_is_in_the_spec()
    {
        Assert.Equal("The first.", Answers.To(With("code-1", "The second."), "code-1"));
        Assert.Equal("Yes.", Answers.To(With("code-2", "Yes."), "code-2"));
        Assert.Null(Answers.To(With("code-2", "Yes."), "code-3"));
        Assert.Null(Answers.To(With("code-2", " \n"), "code-2"));
        Assert.Null(Answers.To(Asking, "code-2"));
    }

    [Theory]
    [InlineData("abandon", true)]
    [InlineData(" Abandon\n", true)]
    [InlineData("abandon it", false)]
    [InlineData(null, false)]
    public void One_word_gives_a_step_up(string? answer, bool isAbandon) => Assert.Equal(isAbandon, Answers.IsAbandon(answer));

    [Fact]
    public void Only_an_answer_that_gives_nothing_up_is_gone_on_with()
    {
        var question = new Question("code-1", "Which?");

        Assert.True(question.IsOpen);
        Assert.False(Answers.GoOn(question));
        Assert.False(Answers.GoOn(question with { Answer = "abandon" }));
        Assert.True(Answers.GoOn(question with { Answer = "The first." }));
    }

    [Theory]
    [InlineData("code-1", "The first.", null)]
    [InlineData("code-1", "The second.", "spec.decision answers step code-1 once more; the first answer stands.")]
    [InlineData("code-2", " ", "spec.decision answers step code-2 with no text; it is ignored.")]
    [InlineData("code-2", "Yes.", "spec.decision answers step code-2, but it can't be done, and the question is still open; it is ignored.")]
    [InlineData("code-9", "Yes.", "spec.decision answers step code-9, which asks nothing; it is ignored.")]
    public void An_answer_of_no_use_is_told(string step, string answer, string? told) =>
        Assert.Equal(told, Answers.Unused(With(step, answer), Asking.Status!.Questions!));

    [Fact]
    public void No_answer_is_no_use_to_tell_of() => Assert.Null(Answers.Unused(Asking, Asking.Status!.Questions!));

    private static Workload With(string step, string answer) => Asking with { Spec = Asking.Spec with { Decision = new() { Step = step, Answer = answer } } };
}
