using Foreman.DevCluster.Errors;

namespace Foreman.DevCluster.Tests.Errors;

[Trait("Kind", "14")]
public sealed class FieldErrorsTests
{
    [Fact]
    public void No_more_than_a_hundred_are_kept()
    {
        var errors = new FieldErrors();
        errors.AddRange(Enumerable.Range(0, 1_000).Select(i => FieldError.Required($"f{i}")));
        Assert.Equal((100, true), (errors.Count, errors.IsFull));
    }

    [Fact]
    public void Errors_of_one_reason_are_found_among_many_others()
    {
        var errors = new FieldErrors(FieldError.WrongType);
        errors.AddRange(Enumerable.Range(0, 99).Select(i => FieldError.Required($"f{i}")));
        errors.Add(FieldError.Type("spec.size", "string", "integer"));
        Assert.Equal("spec.size", Assert.Single(errors).Field);
    }

    [Fact]
    public void Work_is_counted_through_the_alternatives_of_a_schema()
    {
        var errors = new FieldErrors();
        errors.Charge(15_000_000);
        Assert.Equal(413, Assert.Throws<ApiException>(() => errors.Branch().Charge(15_000_000)).Code);
    }

    [Fact]
    public void A_long_value_is_cut_in_its_message() =>
        Assert.InRange(FieldError.Invalid("f", new string('x', 1_000_000), "is wrong").Message.Length, 1, 5_000);
}
