using System.Text;

namespace Foreman.Testing.Tests.Fuzzing;

[Trait("Kind", "2")]
public sealed class FuzzMutatorTests
{
    private static readonly byte[][] Corpus = [Encoding.UTF8.GetBytes("{\"name\":\"x\",\"items\":[1,2]}"), [], [1]];

    [Fact]
    public void The_same_seed_makes_the_same_inputs_and_another_one_others()
    {
        Assert.Equal(Inputs(1), Inputs(1));
        Assert.NotEqual(Inputs(1), Inputs(2));
    }

    [Fact]
    public void Inputs_differ_and_stay_within_their_length()
    {
        var mutator = new FuzzMutator(new Random(1), maxBytes: 300);
        var inputs = Enumerable.Range(0, 2000).Select(_ => mutator.Next(Corpus)).ToList();

        Assert.All(inputs, i => Assert.InRange(i.Length, 0, 300));
        Assert.True(inputs.Select(Convert.ToBase64String).Distinct().Count() > 1000);
    }

    [Fact]
    public void Parts_put_together_are_the_input()
    {
        var mutator = new FuzzMutator(new Random(1), maxBytes: 300);
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(Corpus[0], mutator.Split(Corpus[0]).SelectMany(p => p));
        }

        Assert.Empty(mutator.Split([]));
    }

    private static List<string> Inputs(int seed)
    {
        var mutator = new FuzzMutator(new Random(seed), maxBytes: 300);
        return [.. Enumerable.Range(0, 50).Select(_ => Convert.ToBase64String(mutator.Next(Corpus)))];
    }
}
