// The default theme with the system's own fonts, so that a page loads nothing that it can do without.
import DefaultTheme from 'vitepress/theme-without-fonts';
import './site.css';

export default DefaultTheme;
