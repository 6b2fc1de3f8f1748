using Xunit;

namespace Equipoise.Testing;

/// <summary>What a test needs from its surroundings. Absent, the test is skipped with the reason; in CI it fails.</summary>
public static class Requirement
{
    /// <summary>True in continuous integration, where nothing may be skipped.</summary>
    public static bool InCi => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    /// <summary>Skips the running test with <paramref name="reason"/> unless <paramref name="there"/>; fails it in CI.</summary>
    public static void Need(bool there, string reason)
    {
        if (InCi) Assert.True(there, "in CI no test may be skipped: " + reason);
        else Assert.SkipUnless(there, reason);
    }
}
